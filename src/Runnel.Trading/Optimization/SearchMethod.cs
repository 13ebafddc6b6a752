using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>The method of a search and what it needs beside the space.</summary>
/// <param name="Kind">The method; of an optimization with windows the one within each.</param>
/// <param name="Trials">How many trials, for a method that does not end by itself.</param>
/// <param name="Seed">Another seed, another search.</param>
/// <param name="BatchSize">Trials of a batch or generation of a method that learns; 0 for the method's own.</param>
internal sealed record SearchMethod(OptimizationKind Kind, int Trials, ulong Seed, int BatchSize)
{
    /// <summary>Scores of a trial.</summary>
    public int Metrics { get; init; } = 1;

    /// <summary>Null unless it is one of successive halving; <see cref="Trials"/> are then those of all rungs.</summary>
    public HalvingSizes? Halving { get; init; }

    /// <summary>Methods whose points do not depend on results.</summary>
    public static OptimizationKind[] IndexedKinds { get; } = [OptimizationKind.Grid, OptimizationKind.Random, OptimizationKind.Sobol, OptimizationKind.LatinHypercube];

    /// <summary>The trials of a method whose points do not depend on results; null for one that learns.</summary>
    /// <exception cref="BacktestInputException">The space does not fit the method.</exception>
    public IndexedSampler? Indexed(ParameterSpace space) => Kind switch
    {
        OptimizationKind.Grid => new GridSampler(space),
        OptimizationKind.Random => new RandomSampler(space, Seed),
        OptimizationKind.Sobol => new SobolSampler(space, Seed),
        OptimizationKind.LatinHypercube => new LatinHypercubeSampler(space, Trials, Seed),
        _ => null,
    };

    /// <summary>A new sampler of a method that learns. It is told scores, of which higher ones are better.</summary>
    /// <exception cref="BacktestInputException">The space does not fit the method.</exception>
    public Sampler Adaptive(ParameterSpace space) => Kind switch
    {
        OptimizationKind.CmaEs => new CmaEsSampler(space, new CmaEsOptions { Seed = Seed, Population = BatchSize }),
        OptimizationKind.Genetic or OptimizationKind.Nsga2 => new GeneticSampler(space, Genetic()),
        OptimizationKind.Halving => HalvingSampler.SuccessiveHalving(space, Halving!.Points, Halving.FirstBudget, Halving.Factor, seed: Seed),
        OptimizationKind.Hyperband => HalvingSampler.Hyperband(space, Halving!.FirstBudget, Halving.Factor, seed: Seed),
        _ => new TpeSampler(space, BatchSize == 0 ? new TpeOptions { Seed = Seed } : new TpeOptions { Seed = Seed, BatchSize = BatchSize }),
    };

    private GeneticOptions Genetic()
    {
        GeneticOptions options = new() { Seed = Seed, Directions = [.. Enumerable.Repeat(Direction.Maximize, Metrics)] };
        return BatchSize == 0 ? options : options with { Population = BatchSize };
    }
}
