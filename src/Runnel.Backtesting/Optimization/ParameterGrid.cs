namespace Runnel.Backtesting;

/// <summary>All combinations of some parameters' values.</summary>
public static class ParameterGrid
{
    /// <summary>Most combinations that a grid may have before its constraint.</summary>
    public const int Limit = 10_000_000;

    /// <summary>Expands axes to strategies: the cartesian product in the order of the axes, the last one fastest.</summary>
    /// <param name="strategy">Name of the strategy, loosely.</param>
    /// <param name="axes">What varies; parameters without an axis keep their default.</param>
    /// <param name="constraint">Which combinations to keep, by the names of the axes; null for all. Those that the strategy itself rules
    /// out (fast not below slow) are left out as well.</param>
    /// <returns>The combinations in order.</returns>
    /// <exception cref="BacktestInputException">The strategy or a parameter is unknown, a value is out of its range, an axis is empty or doubled,
    /// there are too many combinations, or none is left.</exception>
    public static IReadOnlyList<Strategy> Expand(string strategy, IReadOnlyList<ParameterAxis> axes,
        Func<IReadOnlyDictionary<string, double>, bool>? constraint = null) => Expand(Strategies.Find(strategy), axes, constraint);

    /// <summary>Expands axes to strategies: the cartesian product in the order of the axes, the last one fastest.</summary>
    /// <param name="strategy">The strategy, for instance from <see cref="DeclaredStrategy.Compile"/>.</param>
    /// <param name="axes">What varies; parameters without an axis keep their default.</param>
    /// <param name="constraint">Which combinations to keep, by the names of the axes; null for all. Those that the strategy itself rules
    /// out are left out as well.</param>
    /// <returns>The combinations in order.</returns>
    /// <exception cref="BacktestInputException">A parameter is unknown, a value is out of its range, an axis is empty or doubled, there are too
    /// many combinations, or none is left.</exception>
    public static IReadOnlyList<Strategy> Expand(StrategyInfo strategy, IReadOnlyList<ParameterAxis> axes,
        Func<IReadOnlyDictionary<string, double>, bool>? constraint = null)
    {
        double product = axes.Aggregate(1.0, (count, axis) => count * axis.Values.Count);
        if (product > Limit)
            throw new BacktestInputException("space", product, $"Give at most {Limit} combinations: fewer values, or a search that samples.");
        foreach (ParameterAxis axis in axes.Where(a => a.Values.Count == 0))
            throw new BacktestInputException($"space.{axis.Name}", "empty", "Give at least one value.");

        List<Strategy> strategies = [];
        int[] at = new int[axes.Count];
        do
        {
            Dictionary<string, double> values = [];
            for (int i = 0; i < at.Length; i++)
            {
                if (!values.TryAdd(axes[i].Name, axes[i].Values[at[i]]))
                    throw new BacktestInputException($"space.{axes[i].Name}", "doubled", "Give each parameter one list of values.");
            }

            if ((constraint is null || constraint(values)) && strategy.TryCreate(values) is { } made)
                strategies.Add(made);
        }
        while (Advance(at, axes));
        return strategies.Count > 0
            ? strategies
            : throw new BacktestInputException("space", "without a combination that holds", "Widen the values or the constraint.");
    }

    private static bool Advance(int[] at, IReadOnlyList<ParameterAxis> axes)
    {
        for (int i = at.Length - 1; i >= 0; i--)
        {
            if (++at[i] < axes[i].Values.Count)
                return true;
            at[i] = 0;
        }

        return false;
    }
}
