using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>Search methods by name, as payloads and command lines give them.</summary>
public static class SearchMethods
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["grid", "random", "sobol", "lhs", "tpe", "cma_es", "genetic", "nsga2", "halving", "hyperband"];

    /// <summary>A sampler.</summary>
    /// <param name="method">One of <see cref="Names"/>, or <c>bayesian</c> (TPE), <c>latin_hypercube</c>, <c>cmaes</c>; hyphens and case do not matter.</param>
    /// <param name="space">What may be tried.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The sampler.</returns>
    /// <exception cref="BacktestInputException">The method is unknown, does not go with the space, or takes one metric only.</exception>
    public static Sampler Create(string method, ParameterSpace space, SearchOptions? options = null)
    {
        options ??= new SearchOptions();
        string name = method.Trim().ToLowerInvariant().Replace('-', '_');
        if (options.Directions.Count != 1 && name is not ("nsga2" or "genetic" or "grid" or "random" or "sobol" or "lhs" or "latin_hypercube"))
        {
            throw new BacktestInputException("metric", $"a list of {options.Directions.Count}",
                $"Give {method} one metric, perhaps an expression of several, or use the method nsga2.");
        }

        Direction direction = options.Directions.Count > 0 ? options.Directions[0] : Direction.Maximize;
        return name switch
        {
            "grid" => new GridSampler(space),
            "random" => new RandomSampler(space, options.Seed),
            "sobol" => new SobolSampler(space, options.Seed),
            "lhs" or "latin_hypercube" => new LatinHypercubeSampler(space, options.Trials, options.Seed),
            "tpe" or "bayesian" => new TpeSampler(space, options.Parallel > 0
                ? new TpeOptions { Direction = direction, Seed = options.Seed, BatchSize = options.Parallel, Startup = Math.Max(options.Parallel, 16) }
                : new TpeOptions { Direction = direction, Seed = options.Seed }),
            "cma_es" or "cmaes" => new CmaEsSampler(space, new CmaEsOptions { Direction = direction, Seed = options.Seed, Population = options.Parallel }),
            "genetic" or "nsga2" => new GeneticSampler(space, options.Parallel > 0
                ? new GeneticOptions { Directions = options.Directions, Seed = options.Seed, Population = options.Parallel }
                : new GeneticOptions { Directions = options.Directions, Seed = options.Seed }),
            "halving" => HalvingSampler.SuccessiveHalving(space, options.Trials, direction: direction, seed: options.Seed),
            "hyperband" => HalvingSampler.Hyperband(space, direction: direction, seed: options.Seed),
            _ => throw new BacktestInputException("method", method, $"Give one of {string.Join(", ", Names)}."),
        };
    }
}
