namespace Runnel.Optimization;

/// <summary>How <see cref="CmaEsSampler"/> searches.</summary>
public sealed record CmaEsOptions
{
    /// <summary>Whether higher or lower values are better. Default: higher.</summary>
    public Direction Direction { get; init; } = Direction.Maximize;

    /// <summary>Another seed, another search.</summary>
    public ulong Seed { get; init; }

    /// <summary>Trials of a generation; 0 for 4 + 3 ln(parameters), rounded down. More keep more workers busy. Default: 0.</summary>
    public int Population { get; init; }

    /// <summary>First standard deviation as a fraction of each range. Default: 0.25.</summary>
    public double Sigma { get; init; } = 0.25;

    /// <summary>How much larger the population is after each restart, which happens where a search has converged. Default: 2.</summary>
    public double RestartFactor { get; init; } = 2;
}
