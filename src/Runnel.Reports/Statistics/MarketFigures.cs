using Runnel.Backtesting;
using static Runnel.Reports.StatisticUnit;

namespace Runnel.Reports;

internal static class MarketFigures
{
    private const string Group = "Against the market";

    public static Statistic[] All { get; } =
    [
        new(nameof(DetailedStatistics.AlphaPercent), Group, "Alpha", Percent,
            "Total return - beta * buy-and-hold return from the first evaluated bar, not annualized (Jensen 1968, as backtesting.py).", (_, d) => d.AlphaPercent),
        new(nameof(DetailedStatistics.Beta), Group, "Beta", Number,
            "Covariance of the logarithmic returns per bar of equity and close / variance of those of the close (Sharpe 1964).", (_, d) => d.Beta),
        new(nameof(DetailedStatistics.BuyHoldReturnPercent), Group, "Buy and hold from the first evaluated bar", Percent,
            "Bought at the close before the first evaluated bar and held to the last.", (_, d) => d.BuyHoldReturnPercent),
        new(nameof(DetailedStatistics.InformationRatio), Group, "Information ratio", Number,
            "Mean of daily returns less those of the close / their sample standard deviation * sqrt(A) (Goodwin 1998).", (_, d) => d.InformationRatio),
        new(nameof(DetailedStatistics.Treynor), Group, "Treynor ratio", Number, "Mean daily return * A / beta (Treynor 1965).", (_, d) => d.Treynor),
    ];
}
