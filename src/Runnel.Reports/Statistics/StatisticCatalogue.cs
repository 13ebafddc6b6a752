namespace Runnel.Reports;

/// <summary>Every figure that the engine gives, in the order in which reports show them.</summary>
public static class StatisticCatalogue
{
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
}
