namespace Runnel.Optimization;

/// <summary>What every search method can be told.</summary>
public sealed record SearchOptions
{
    /// <summary>Which values are better, for each metric. Default: one metric, higher.</summary>
    public IReadOnlyList<Direction> Directions { get; init; } = [Direction.Maximize];

    /// <summary>Another seed, another search.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many trials there will be; Latin hypercube and halving plan with it. Default: 100.</summary>
    public int Trials { get; init; } = 100;

    /// <summary>How many trials are to run at once, so that no worker waits: the batch of TPE, the population of CMA-ES and of a genetic search. The
    /// answer depends on it, so it must not be today's number of workers. 0 for what suits the method. Default: 0.</summary>
    public int Parallel { get; init; }
}
