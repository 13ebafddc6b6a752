namespace Runnel.Backtesting;

/// <summary>A strategy with its parameters, ready to run. Immutable; may run on several threads at once.</summary>
public sealed class Strategy
{
    private readonly ParameterValues values;

    internal Strategy(StrategyInfo info, ParameterValues values) => (Info, this.values) = (info, values);

    /// <summary>What the catalogue says of it.</summary>
    public StrategyInfo Info { get; }

    /// <summary>Every parameter by its own name, defaults filled in.</summary>
    public IReadOnlyDictionary<string, double> Parameters => values.All;

    /// <summary>Name and parameters, for instance <c>sma_cross(fast 10, slow 30)</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Info.Name}({string.Join(", ", Parameters.Select(p => $"{p.Key} {p.Value}"))})";

    internal void Start(Run run)
    {
        if (!Info.Directions.Contains(run.Direction))
        {
            throw new BacktestInputException("direction", run.Direction,
                $"Give one of {string.Join(", ", Info.Directions)}: {Info.Name} is not defined for others.");
        }

        Info.Start(values, run);
    }
}
