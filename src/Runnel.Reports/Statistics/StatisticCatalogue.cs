using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>Every figure that the engine gives, in the order in which reports show them.</summary>
public static class StatisticCatalogue
{
    private static readonly HashSet<string> PlainNames = [.. typeof(BacktestStatistics).GetProperties().Select(p => p.Name)];

    /// <summary>All of them, those of one group together.</summary>
    public static IReadOnlyList<Statistic> All { get; } =
    [
        .. ReturnFigures.All,
        .. RatioFigures.All,
        .. RiskFigures.All,
        .. MarketFigures.All,
        .. TradeFigures.All,
        .. CompoundedFigures.All,
    ];

    /// <summary>Those of <see cref="BacktestStatistics"/>, which a portfolio has too: the others need the bars of one symbol.</summary>
    public static IReadOnlyList<Statistic> Plain { get; } = [.. All.Where(s => PlainNames.Contains(s.Name)).DistinctBy(s => s.Name)];
}
