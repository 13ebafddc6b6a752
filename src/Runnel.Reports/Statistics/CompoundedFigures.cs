using Runnel.Backtesting;
using static Runnel.Reports.StatisticUnit;

namespace Runnel.Reports;

internal static class CompoundedFigures
{
    private const string Group = "By the definitions of backtesting.py";

    public static Statistic[] All { get; } =
    [
        new(nameof(DetailedStatistics.GeometricAnnualReturnPercent), Group, "Return per year", Percent,
            "(1 + g)^A - 1, g the geometric mean of the daily returns.", (_, d) => d.GeometricAnnualReturnPercent),
        new(nameof(DetailedStatistics.CompoundedVolatilityPercent), Group, "Volatility per year", Percent,
            "sqrt((variance + (1 + g)^2)^A - (1 + g)^(2A)).", (_, d) => d.CompoundedVolatilityPercent),
        new(nameof(DetailedStatistics.GeometricSharpe), Group, "Sharpe ratio", Number, "Return / volatility per year of this group.", (_, d) => d.GeometricSharpe),
        new(nameof(DetailedStatistics.GeometricSortino), Group, "Sortino ratio", Number,
            "Return per year of this group / (sqrt(mean of min(return, 0)^2) * sqrt(A)).", (_, d) => d.GeometricSortino),
        new(nameof(DetailedStatistics.GeometricCalmar), Group, "Calmar ratio", Number, "Return per year of this group / largest drawdown.", (_, d) => d.GeometricCalmar),
        new(nameof(DetailedStatistics.GeometricAverageTradePercent), Group, "Average trade", Percent,
            "(product of (1 + trade return))^(1 / n) - 1.", (_, d) => d.GeometricAverageTradePercent),
        new(nameof(DetailedStatistics.ReturnProfitFactor), Group, "Profit factor", Number,
            "Sum of the positive trade returns / -sum of the negative ones, each weighing the same whatever its size.", (_, d) => d.ReturnProfitFactor),
    ];
}
