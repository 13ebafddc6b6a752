namespace Runnel.Backtesting;

/// <summary>All that a run of a portfolio found.</summary>
public sealed record PortfolioResult
{
    /// <summary>Open time of each step, Unix milliseconds, UTC: every moment at which any symbol has a bar.</summary>
    public required IReadOnlyList<long> Times { get; init; }

    /// <summary>Equity in cash at the close of each step; a symbol without a bar there counts at its last close.</summary>
    public required IReadOnlyList<double> Equity { get; init; }

    /// <summary>Figures of the whole, over the trades of all symbols; bars are steps. Buy and hold is each share held from the first to the last
    /// close of its symbol.</summary>
    public required BacktestStatistics Statistics { get; init; }

    /// <summary>Return of each calendar month, oldest first.</summary>
    public required IReadOnlyList<MonthlyReturn> MonthlyReturns { get; init; }

    /// <summary>What each symbol did, in the alphabetical order of symbols.</summary>
    public required IReadOnlyList<PortfolioMemberResult> Members { get; init; }
}

/// <summary>What one symbol of a portfolio did.</summary>
public sealed record PortfolioMemberResult
{
    /// <summary>The symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>Its share of the equity, a fraction.</summary>
    public required double Share { get; init; }

    /// <summary>What it added to the equity: closed and open trades, fees and funding, in cash.</summary>
    public required double Profit { get; init; }

    /// <summary>Closed trades in closing order; their bars are steps of the portfolio.</summary>
    public required IReadOnlyList<Trade> Trades { get; init; }

    /// <summary>Trades still open at the end; their bars are steps of the portfolio.</summary>
    public required IReadOnlyList<OpenTrade> OpenTrades { get; init; }

    /// <summary>Funding payments in order; their bars are steps of the portfolio.</summary>
    public required IReadOnlyList<FundingPayment> FundingPayments { get; init; }

    /// <summary>What about its bars a reader should know, in sentences, as <see cref="BacktestResult.Warnings"/>.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
