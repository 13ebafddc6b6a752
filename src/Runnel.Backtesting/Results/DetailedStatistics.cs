namespace Runnel.Backtesting;

/// <summary>Further figures of a backtest, worked out on demand since some cost a logarithm a bar. Conventions as in
/// <see cref="BacktestStatistics"/>; r stands for daily returns, A for the days in a year, g for the geometric mean of r.</summary>
/// <remarks>The names with "geometric" and "compounded" are the definitions of backtesting.py: they assume returns that are reinvested, and
/// differ from the plain figures of the same name.</remarks>
public sealed record DetailedStatistics
{
    /// <summary>Open time of the last bar less that of the first.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Highest equity of any bar.</summary>
    public double EquityPeak { get; init; }

    /// <summary>Return of buying at the close before the first evaluated bar and holding to the last, in percent (backtesting.py).</summary>
    public double BuyHoldReturnPercent { get; init; }

    /// <summary>((1 + g)^A - 1) * 100 (backtesting.py, "Return (Ann.)").</summary>
    public double? GeometricAnnualReturnPercent { get; init; }

    /// <summary>sqrt((variance of r + (1 + g)^2)^A - (1 + g)^(2A)) * 100. Source: R. A. Levy and others, as in backtesting.py;
    /// SSRN 3054517.</summary>
    public double? CompoundedVolatilityPercent { get; init; }

    /// <summary>Geometric annual return / compounded volatility (backtesting.py).</summary>
    public double? GeometricSharpe { get; init; }

    /// <summary>Geometric annual return / (sqrt(mean of min(r, 0)^2) * sqrt(A)) (backtesting.py).</summary>
    public double? GeometricSortino { get; init; }

    /// <summary>Geometric annual return / largest drawdown (backtesting.py).</summary>
    public double? GeometricCalmar { get; init; }

    /// <summary>Covariance of the logarithmic returns per bar of equity and close / variance of those of the close.
    /// Source: W. F. Sharpe, Journal of Finance 19(3), 1964.</summary>
    public double? Beta { get; init; }

    /// <summary>Total return - beta * buy-and-hold return from the first evaluated bar, in percent, not annualized.
    /// Source: M. C. Jensen, Journal of Finance 23(2), 1968, in the form of backtesting.py.</summary>
    public double? AlphaPercent { get; init; }

    /// <summary>Mean over all drawdowns (from a peak to the bar that reaches it again, or the end) of their depth, in percent.</summary>
    public double? AverageDrawdownPercent { get; init; }

    /// <summary>Longest time from a peak to the bar that reaches it again, or to the end.</summary>
    public TimeSpan? MaxDrawdownDuration { get; init; }

    /// <summary>Mean time from a peak to the bar that reaches it again, or to the end.</summary>
    public TimeSpan? AverageDrawdownDuration { get; init; }

    /// <summary>Root of the mean over all bars of the squared drawdown in percent. Source: P. G. Martin and B. B. McCann,
    /// The Investor's Guide to Fidelity Funds, 1989.</summary>
    public double UlcerIndex { get; init; }

    /// <summary>Total return in cash / largest drawdown in cash: the net profit per unit of the worst loss from a peak (MetaTrader,
    /// "recovery factor").</summary>
    public double? RecoveryFactor { get; init; }

    /// <summary>Sum of the daily returns above 0 / -sum of those below. Source: C. Keating and W. F. Shadwick, Journal of Performance
    /// Measurement 6(3), 2002, at a threshold of 0.</summary>
    public double? Omega { get; init; }

    /// <summary>Third central moment of r / its population standard deviation^3.</summary>
    public double? DailySkewness { get; init; }

    /// <summary>Fourth central moment of r / its population variance^2: 3 for a normal distribution.</summary>
    public double? DailyKurtosis { get; init; }

    /// <summary>5 % quantile of r, linear between neighbors, in percent: the daily value at risk at 95 %.</summary>
    public double? DailyValueAtRiskPercent { get; init; }

    /// <summary>Mean of the daily returns at or below the 5 % quantile, in percent: expected shortfall.</summary>
    public double? DailyExpectedShortfallPercent { get; init; }

    /// <summary>95 % quantile of r / -5 % quantile of r (tail ratio, empyrical).</summary>
    public double? TailRatio { get; init; }

    /// <summary>Share of days with a return above 0, in percent.</summary>
    public double? PositiveDaysPercent { get; init; }

    /// <summary>Mean of daily returns less those of the close / their standard deviation (divisor n - 1), * sqrt(A).
    /// Source: T. H. Goodwin, Financial Analysts Journal 54(4), 1998, against buy-and-hold.</summary>
    public double? InformationRatio { get; init; }

    /// <summary>Mean daily return * A / beta, a fraction. Source: J. L. Treynor, Harvard Business Review 43(1), 1965.</summary>
    public double? Treynor { get; init; }

    /// <summary>Probability that the true Sharpe ratio is above 0 (<see cref="Overfitting.ProbabilisticSharpe(ReadOnlySpan{double}, double)"/>).</summary>
    public double? ProbabilisticSharpe { get; init; }

    /// <summary>Value traded (entries and exits of closed trades, entries of open ones) / mean equity / years.</summary>
    public double? TurnoverPerYear { get; init; }

    /// <summary>Number of closed long trades.</summary>
    public int LongTrades { get; init; }

    /// <summary>Number of closed short trades.</summary>
    public int ShortTrades { get; init; }

    /// <summary>Closed long trades with a net profit above 0, in percent of them.</summary>
    public double? LongWinRatePercent { get; init; }

    /// <summary>Closed short trades with a net profit above 0, in percent of them.</summary>
    public double? ShortWinRatePercent { get; init; }

    /// <summary>Average win / -average loss in cash.</summary>
    public double? PayoffRatio { get; init; }

    /// <summary>(product of (1 + trade return)^(1 / n) - 1) * 100 over closed trades (backtesting.py, "Avg. Trade").</summary>
    public double? GeometricAverageTradePercent { get; init; }

    /// <summary>Sum of the positive trade returns / -sum of the negative ones, each weighing the same whatever its size (backtesting.py).</summary>
    public double? ReturnProfitFactor { get; init; }

    /// <summary>Longest time from entry to exit bar.</summary>
    public TimeSpan? MaxTradeDuration { get; init; }

    /// <summary>Mean time from entry to exit bar.</summary>
    public TimeSpan? AverageTradeDuration { get; init; }

    /// <summary>Mean over closed trades of the worst price against the trade from entry to exit bar, in percent of the entry price, 0 or
    /// below (maximum adverse excursion). Source: J. Sweeney, Campaign Trading, 1996. Bars count whole.</summary>
    public double? AverageAdverseExcursionPercent { get; init; }

    /// <summary>Mean over closed trades of the best price for the trade from entry to exit bar, in percent of the entry price, 0 or above
    /// (maximum favorable excursion). Source: J. Sweeney, Campaign Trading, 1996. Bars count whole.</summary>
    public double? AverageFavorableExcursionPercent { get; init; }

    /// <summary>Works the figures out.</summary>
    /// <param name="klines">The klines of the run.</param>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="result">What the run found.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">The result has not one equity value for each bar of the klines.</exception>
    public static DetailedStatistics Of(Klines klines, BacktestSettings settings, BacktestResult result)
    {
        Series.CheckLength(klines.Count, result.Equity.Count, nameof(result));
        double[] equity = [.. result.Equity];
        DetailedStatistics statistics = new()
        {
            Duration = TimeSpan.FromMilliseconds(klines.OpenTimes[^1] - klines.OpenTimes[0]),
            EquityPeak = equity.Max(),
            BuyHoldReturnPercent = (klines.Close[^1] / klines.Close[Math.Clamp(result.FirstEvaluatedBar - 1, 0, klines.Count - 1)] - 1) * 100,
            Beta = MarketDetails.Beta(equity, klines.Close),
        };
        statistics = DailyDetails.Add(statistics, klines, settings, result.Statistics, equity);
        statistics = DrawdownDetails.Add(statistics, klines.OpenTimes, equity);
        statistics = TradeDetails.Add(statistics, klines, result, equity);
        return statistics with
        {
            AlphaPercent = result.Statistics.TotalReturnPercent - statistics.Beta * statistics.BuyHoldReturnPercent,
        };
    }
}
