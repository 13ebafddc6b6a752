namespace Runnel.Backtesting;

/// <summary>A symbol of a portfolio and what trades it.</summary>
/// <param name="Klines">At least one bar; the symbol is that of the klines.</param>
/// <param name="Strategy">Decides for this symbol alone. One strategy may serve any number of symbols.</param>
public sealed record PortfolioMember(Klines Klines, Strategy Strategy)
{
    /// <summary>Largest part of the portfolio's equity that its margin may take when an entry fills, a fraction: 0.25 is a quarter. Null: an equal part of
    /// what the others leave.</summary>
    public double? Share { get; init; }

    /// <summary>Smallest step of its order sizes, in units; null for that of the settings.</summary>
    public double? Lot { get; init; }

    /// <summary>Smallest step of its prices; null for that of the settings.</summary>
    public double? Tick { get; init; }

    /// <summary>Least size of an entry, in units; null for that of the settings.</summary>
    public double? MinSize { get; init; }

    /// <summary>Least value of an entry, in cash; null for that of the settings.</summary>
    public double? MinNotional { get; init; }

    /// <summary>Bars of a shorter interval, as <see cref="BacktestSettings.FinerKlines"/>; null for none.</summary>
    public Klines? FinerKlines { get; init; }

    /// <summary>Its funding rates; null for none.</summary>
    public FundingRates? Funding { get; init; }

    /// <summary>The portfolio's settings with what this symbol has of its own.</summary>
    internal BacktestSettings SettingsOf(BacktestSettings all) => all with
    {
        Lot = Lot ?? all.Lot,
        Tick = Tick ?? all.Tick,
        MinSize = MinSize ?? all.MinSize,
        MinNotional = MinNotional ?? all.MinNotional,
        Funding = Funding,
        FinerKlines = FinerKlines,
    };
}
