namespace Runnel.Backtesting;

/// <summary>All that a backtest found.</summary>
public sealed record BacktestResult
{
    /// <summary>First bar on which the strategy was asked: 1 + the first on which all its indicators have a value.</summary>
    public required int FirstEvaluatedBar { get; init; }

    /// <summary>Figures of the whole run.</summary>
    public required BacktestStatistics Statistics { get; init; }

    /// <summary>Closed trades in closing order.</summary>
    public required IReadOnlyList<Trade> Trades { get; init; }

    /// <summary>Trades still open after the last bar, oldest first.</summary>
    public required IReadOnlyList<OpenTrade> OpenTrades { get; init; }

    /// <summary>Equity in cash after the fills of each bar, at its close; one value a bar.</summary>
    public required IReadOnlyList<double> Equity { get; init; }

    /// <summary>Return of each calendar month, oldest first.</summary>
    public required IReadOnlyList<MonthlyReturn> MonthlyReturns { get; init; }

    /// <summary>Funding payments in order; empty without a funding series.</summary>
    public required IReadOnlyList<FundingPayment> FundingPayments { get; init; }

    /// <summary>What about the bars a reader should know, in sentences: bars without volume, bars that finer ones did not make up. Empty
    /// where there is nothing. Doubled and unordered bars are refused by <see cref="Klines"/>.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
