using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>The method of a search and what it needs beside the space.</summary>
/// <param name="Kind">The method; of a walk-forward optimization the one within each window.</param>
/// <param name="Trials">How many trials, for a method that does not end by itself.</param>
/// <param name="Seed">Another seed, another search.</param>
internal sealed record SearchMethod(OptimizationKind Kind, int Trials, ulong Seed)
{
    /// <summary>The trials of a method whose points do not depend on results; null for one that learns.</summary>
    /// <exception cref="BacktestInputException">The space does not fit the method.</exception>
    public IndexedSampler? Indexed(ParameterSpace space) => Kind switch
    {
        OptimizationKind.Random => new RandomSampler(space, Seed),
        OptimizationKind.Grid => new GridSampler(space),
        _ => null,
    };

    /// <summary>A new sampler of a method that learns.</summary>
    /// <exception cref="BacktestInputException">The space does not fit the method.</exception>
    public Sampler Adaptive(ParameterSpace space) => Kind switch
    {
        _ => throw new BacktestInputException("optimization_type", Kind, $"Give a method that learns, not {space.Parameters.Count} parameters."),
    };
}
