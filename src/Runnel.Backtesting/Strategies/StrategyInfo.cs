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

    /// <summary>Makes the strategy ready to run.</summary>
    /// <param name="parameters">Numbers by name, for instance <c>fast</c> or <c>fast_period</c>; null or empty for all defaults.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="BacktestInputException">A parameter is unknown, missing, given twice, out of its range, or does not go with another;
    /// the field is <c>params.NAME</c>.</exception>
    public Strategy Create(IReadOnlyDictionary<string, double>? parameters = null) => Strategies.Make(this, parameters);

    /// <summary>As <see cref="Create"/>, but null where single parameters are fine and only their combination is not (fast not below slow).</summary>
    /// <param name="parameters">As for <see cref="Create"/>.</param>
    /// <returns>The strategy, or null.</returns>
    /// <exception cref="BacktestInputException">A parameter is wrong by itself.</exception>
    public Strategy? TryCreate(IReadOnlyDictionary<string, double> parameters) => Strategies.TryMake(this, parameters);

    internal Action<ParameterValues, Run> Start { get; }

    /// <summary>What single values have to fulfil beyond their ranges; throws where they do not.</summary>
    internal Action<ParameterValues>? CheckValues { get; init; }

    /// <summary>What ties parameters to each other; throws where it does not hold.</summary>
    internal Action<ParameterValues>? Check { get; init; }
}
