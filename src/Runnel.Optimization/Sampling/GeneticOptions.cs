namespace Runnel.Optimization;

/// <summary>How <see cref="GeneticSampler"/> searches.</summary>
public sealed record GeneticOptions
{
    /// <summary>Which values are better, for each metric. Default: one metric, higher.</summary>
    public IReadOnlyList<Direction> Directions { get; init; } = [Direction.Maximize];

    /// <summary>Another seed, another search.</summary>
    public ulong Seed { get; init; }

    /// <summary>Trials of a generation, and survivors of each. Default: 40.</summary>
    public int Population { get; init; } = 40;

    /// <summary>Probability that two parents are crossed rather than copied. Default: 0.9.</summary>
    public double Crossover { get; init; } = 0.9;

    /// <summary>Probability that a parameter of a child is mutated; 0 for 1 / parameters. Default: 0.</summary>
    public double Mutation { get; init; }
}
