namespace Runnel.Backtesting;

/// <summary>A built-in strategy as the catalogue shows it.</summary>
public sealed class StrategyInfo
{
    internal StrategyInfo(string name, string title, string summary, IReadOnlyList<StrategyParameter> parameters,
        Action<ParameterValues, Run> start)
    {
        (Name, Title, Summary, Parameters, Start) = (name, title, summary, parameters, start);
    }

    /// <summary>Its name, for instance <c>ema_cross</c>.</summary>
    public string Name { get; }

    /// <summary>Its name for people, for instance "EMA crossover".</summary>
    public string Title { get; }

    /// <summary>When it enters and when it leaves, in one or two sentences.</summary>
    public string Summary { get; }

    /// <summary>What it takes.</summary>
    public IReadOnlyList<StrategyParameter> Parameters { get; }

    /// <summary>Other names that are understood; case, separators and the word "strategy" never matter.</summary>
    public IReadOnlyList<string> Aliases { get; internal init; } = [];

    /// <summary>Directions it can trade.</summary>
    public IReadOnlyList<TradeDirection> Directions { get; internal init; } = Enum.GetValues<TradeDirection>();

    internal Action<ParameterValues, Run> Start { get; }

    /// <summary>What ties parameters to each other; throws where it does not hold.</summary>
    internal Action<ParameterValues>? Check { get; init; }
}
