namespace Runnel.Backtesting;

/// <summary>Figures of a backtest. Null where a figure is undefined: no trade, no loss, no variance. Percentages are in percent
/// (1.5 is 1.5 %), cash in quote currency, trade figures count closed trades only.</summary>
/// <remarks>Daily returns are simple returns between the last equities of UTC calendar days that have a bar; the first such day has
/// none. A stands for <see cref="BacktestSettings.AnnualizationDays"/>.</remarks>
public sealed record BacktestStatistics
{
    /// <summary>Cash before the first bar.</summary>
    public double InitialEquity { get; init; }

    /// <summary>Equity at the last close, open trades marked there.</summary>
    public double FinalEquity { get; init; }

    /// <summary>(final equity / initial equity - 1) * 100.</summary>
    public double TotalReturnPercent { get; init; }

    /// <summary>(last close / first close - 1) * 100.</summary>
    public double BuyHoldReturnPercent { get; init; }

    /// <summary>Largest 1 - equity / highest equity so far, over all bars, * 100.</summary>
    public double MaxDrawdownPercent { get; init; }

    /// <summary>Bar of the largest drawdown, the first if it was reached twice.</summary>
    public int MaxDrawdownBar { get; init; }

    /// <summary>Bar of the high from which the largest drawdown is measured.</summary>
    public int MaxDrawdownPeakBar { get; init; }

    /// <summary>Compound annual growth: ((final / initial)^(1 / years) - 1) * 100 with years = (last - first bar time) / 365.25 days.
    /// Null for a single bar, or where it exceeds the range of a double.</summary>
    public double? CagrPercent { get; init; }

    /// <summary>Number of daily returns.</summary>
    public int DailyReturnCount { get; init; }

    /// <summary>Mean of the daily returns, a fraction.</summary>
    public double? DailyReturnMean { get; init; }

    /// <summary>Sample standard deviation (divisor n - 1) of the daily returns, a fraction.</summary>
    public double? DailyReturnStandardDeviation { get; init; }

    /// <summary>Standard deviation of daily returns * sqrt(A) * 100.</summary>
    public double? AnnualVolatilityPercent { get; init; }

    /// <summary>mean / standard deviation of daily returns * sqrt(A), risk-free rate 0.
    /// Source: W. F. Sharpe, Journal of Portfolio Management 21(1), 1994.</summary>
    public double? Sharpe { get; init; }

    /// <summary>mean / sqrt(mean over all days of min(return, 0)^2) * sqrt(A), target 0.
    /// Source: F. A. Sortino and L. N. Price, Journal of Investing 3(3), 1994.</summary>
    public double? Sortino { get; init; }

    /// <summary>Compound annual growth / largest drawdown. Source: T. W. Young, Futures 20(1), 1991.</summary>
    public double? Calmar { get; init; }

    /// <summary>Number of closed trades.</summary>
    public int Trades { get; init; }

    /// <summary>Number of trades open after the last bar.</summary>
    public int OpenTrades { get; init; }

    /// <summary>Share of all bars that lie from entry to exit bar, both included, of a closed trade, in percent.</summary>
    public double ExposurePercent { get; init; }

    /// <summary>Entry and exit fees of the closed trades.</summary>
    public double CommissionPaid { get; init; }

    /// <summary>Funding paid less funding received.</summary>
    public double FundingPaid { get; init; }

    /// <summary>Closed trades with a net profit above 0, in percent of all.</summary>
    public double? WinRatePercent { get; init; }

    /// <summary>Sum of the net profits above 0.</summary>
    public double GrossProfit { get; init; }

    /// <summary>Sum of the net profits below 0: a negative number.</summary>
    public double GrossLoss { get; init; }

    /// <summary>Gross profit / -gross loss, in cash and after fees.</summary>
    public double? ProfitFactor { get; init; }

    /// <summary>Sum of the net profits of the closed trades.</summary>
    public double NetProfitClosed { get; init; }

    /// <summary>Mean net profit of a closed trade.</summary>
    public double? Expectancy { get; init; }

    /// <summary>Mean of the net profits above 0.</summary>
    public double? AverageWin { get; init; }

    /// <summary>Mean of the net profits below 0: a negative number.</summary>
    public double? AverageLoss { get; init; }

    /// <summary>Best net profit in percent of the value at entry.</summary>
    public double? BestTradePercent { get; init; }

    /// <summary>Worst net profit in percent of the value at entry.</summary>
    public double? WorstTradePercent { get; init; }

    /// <summary>Arithmetic mean of the net profits in percent of the value at entry.</summary>
    public double? AverageTradePercent { get; init; }

    /// <summary>System quality number: sqrt(n) * mean / sample standard deviation of net profits.
    /// Source: V. K. Tharp, Definitive Guide to Position Sizing, 2008.</summary>
    public double? Sqn { get; init; }

    /// <summary>W - (1 - W) / (average win / -average loss) with W the share of wins.
    /// Source: J. L. Kelly, Bell System Technical Journal 35(4), 1956, in its two-outcome form.</summary>
    public double? Kelly { get; init; }

    /// <summary>Mean number of bars from entry to exit bar.</summary>
    public double? AverageTradeBars { get; init; }

    /// <summary>Longest run of closed trades, in closing order, with net profit above 0.</summary>
    public int MaxConsecutiveWins { get; init; }

    /// <summary>Longest run of closed trades, in closing order, with net profit below 0.</summary>
    public int MaxConsecutiveLosses { get; init; }

    /// <summary>Entry orders that were dropped since they did not fit the available margin or came to less than a lot.</summary>
    public int OrdersDropped { get; init; }
}
