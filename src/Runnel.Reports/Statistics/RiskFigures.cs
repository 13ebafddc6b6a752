using Runnel.Backtesting;
using static Runnel.Reports.StatisticUnit;

namespace Runnel.Reports;

internal static class RiskFigures
{
    private const string Group = "Risk";

    public static Statistic[] All { get; } =
    [
        new(nameof(BacktestStatistics.AnnualVolatilityPercent), Group, "Volatility per year", Percent,
            "Sample standard deviation of daily returns * sqrt(A).", (s, _) => s.AnnualVolatilityPercent),
        new(nameof(BacktestStatistics.DailyReturnStandardDeviation), Group, "Daily standard deviation", Fraction,
            "Sample standard deviation (divisor n - 1) of the daily returns.", (s, _) => s.DailyReturnStandardDeviation),
        new(nameof(BacktestStatistics.MaxDrawdownPercent), Group, "Largest drawdown", Percent,
            "Largest 1 - equity / highest equity so far, over all bars.", (s, _) => s.MaxDrawdownPercent),
        new(nameof(BacktestStatistics.MaxDrawdownPeakBar), Group, "Largest drawdown: its high", Bar, "Bar of the high from which it is measured.", (s, _) => s.MaxDrawdownPeakBar),
        new(nameof(BacktestStatistics.MaxDrawdownBar), Group, "Largest drawdown: its low", Bar, "Bar on which it was reached.", (s, _) => s.MaxDrawdownBar),
        new(nameof(DetailedStatistics.AverageDrawdownPercent), Group, "Average drawdown", Percent,
            "Mean depth over all drawdowns, from a peak to the bar that reaches it again, or the end.", (_, d) => d.AverageDrawdownPercent),
        new(nameof(DetailedStatistics.MaxDrawdownDuration), Group, "Longest drawdown", Duration,
            "Longest time from a peak to the bar that reaches it again, or to the end.", (_, d) => d.MaxDrawdownDuration?.TotalMilliseconds),
        new(nameof(DetailedStatistics.AverageDrawdownDuration), Group, "Average drawdown length", Duration,
            "Mean time from a peak to the bar that reaches it again, or to the end.", (_, d) => d.AverageDrawdownDuration?.TotalMilliseconds),
        new(nameof(DetailedStatistics.UlcerIndex), Group, "Ulcer index", Number,
            "Root of the mean over all bars of the squared drawdown in percent (Martin and McCann 1989).", (_, d) => d.UlcerIndex),
        new(nameof(DetailedStatistics.DailyValueAtRiskPercent), Group, "Daily value at risk, 95 %", Percent, "5 % quantile of the daily returns.", (_, d) => d.DailyValueAtRiskPercent),
        new(nameof(DetailedStatistics.DailyExpectedShortfallPercent), Group, "Daily expected shortfall, 95 %", Percent,
            "Mean of the daily returns at or below the 5 % quantile.", (_, d) => d.DailyExpectedShortfallPercent),
        new(nameof(DetailedStatistics.DailySkewness), Group, "Skewness of daily returns", Number,
            "Third central moment / population standard deviation^3.", (_, d) => d.DailySkewness),
        new(nameof(DetailedStatistics.DailyKurtosis), Group, "Kurtosis of daily returns", Number,
            "Fourth central moment / population variance^2: 3 for a normal distribution.", (_, d) => d.DailyKurtosis),
    ];
}
