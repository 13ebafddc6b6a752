using Runnel.Backtesting;
using static Runnel.Reports.StatisticUnit;

namespace Runnel.Reports;

internal static class ReturnFigures
{
    private const string Group = "Return";

    public static Statistic[] All { get; } =
    [
        new(nameof(BacktestStatistics.InitialEquity), Group, "Initial equity", Cash, "Cash before the first bar.", (s, _) => s.InitialEquity),
        new(nameof(BacktestStatistics.FinalEquity), Group, "Final equity", Cash, "Equity at the last close, open trades marked there.", (s, _) => s.FinalEquity),
        new(nameof(DetailedStatistics.EquityPeak), Group, "Highest equity", Cash, "Highest equity of any bar.", (_, d) => d.EquityPeak),
        new(nameof(BacktestStatistics.TotalReturnPercent), Group, "Total return", Percent, "final equity / initial equity - 1.", (s, _) => s.TotalReturnPercent),
        new(nameof(BacktestStatistics.CagrPercent), Group, "Growth per year (CAGR)", Percent,
            "(final / initial)^(1 / years) - 1, years = (last - first bar time) / 365.25 days.", (s, _) => s.CagrPercent),
        new(nameof(BacktestStatistics.BuyHoldReturnPercent), Group, "Buy and hold", Percent, "last close / first close - 1.", (s, _) => s.BuyHoldReturnPercent),
        new(nameof(BacktestStatistics.DailyReturnMean), Group, "Mean daily return", Fraction,
            "Mean of the simple returns between the last equities of UTC days.", (s, _) => s.DailyReturnMean),
        new(nameof(BacktestStatistics.DailyReturnCount), Group, "Daily returns", Count, "Number of daily returns: days that have a bar, less the first.", (s, _) => s.DailyReturnCount),
        new(nameof(DetailedStatistics.PositiveDaysPercent), Group, "Days with a gain", Percent, "Share of days with a return above 0.", (_, d) => d.PositiveDaysPercent),
        new(nameof(DetailedStatistics.Duration), Group, "Length", Duration, "Open time of the last bar less that of the first.", (_, d) => d.Duration.TotalMilliseconds),
        new(nameof(BacktestStatistics.ExposurePercent), Group, "Exposure", Percent,
            "Share of all bars that lie from entry to exit bar, both included, of a closed trade.", (s, _) => s.ExposurePercent),
    ];
}
