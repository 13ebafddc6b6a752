using Runnel.Backtesting;
using static Runnel.Reports.StatisticUnit;

namespace Runnel.Reports;

internal static class RatioFigures
{
    private const string Group = "Return for risk";

    public static Statistic[] All { get; } =
    [
        new(nameof(BacktestStatistics.Sharpe), Group, "Sharpe ratio", Number,
            "mean / sample standard deviation of daily returns * sqrt(A), risk-free rate 0 (Sharpe 1994).", (s, _) => s.Sharpe),
        new(nameof(BacktestStatistics.Sortino), Group, "Sortino ratio", Number,
            "mean / sqrt(mean over all days of min(return, 0)^2) * sqrt(A), target 0 (Sortino and Price 1994).", (s, _) => s.Sortino),
        new(nameof(BacktestStatistics.Calmar), Group, "Calmar ratio", Number, "Growth per year / largest drawdown (Young 1991).", (s, _) => s.Calmar),
        new(nameof(DetailedStatistics.Omega), Group, "Omega ratio", Number,
            "Sum of the daily returns above 0 / -sum of those below (Keating and Shadwick 2002, threshold 0).", (_, d) => d.Omega),
        new(nameof(DetailedStatistics.ProbabilisticSharpe), Group, "Probability of a true Sharpe above 0", Number,
            "From length, skewness and kurtosis of the daily returns (Bailey and López de Prado 2012).", (_, d) => d.ProbabilisticSharpe),
        new(nameof(DetailedStatistics.RecoveryFactor), Group, "Recovery factor", Number, "Total return in cash / largest drawdown in cash.", (_, d) => d.RecoveryFactor),
        new(nameof(DetailedStatistics.TailRatio), Group, "Tail ratio", Number, "95 % quantile of the daily returns / -5 % quantile.", (_, d) => d.TailRatio),
    ];
}
