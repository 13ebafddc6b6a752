namespace Runnel.Backtesting;

/// <summary>How far from its entry price a trade has a stop-loss, a take-profit or a trailing stop.</summary>
/// <param name="Kind">What <paramref name="Value"/> counts.</param>
/// <param name="Value">More than zero.</param>
/// <param name="Period">Bars of the average true range; of no meaning for other kinds.</param>
public readonly record struct LevelRule(LevelKind Kind, double Value, int Period = 14)
{
    /// <summary>A part of the entry price.</summary>
    /// <param name="fraction">0.02 is 2 %.</param>
    /// <returns>The rule.</returns>
    public static LevelRule Percent(double fraction) => new(LevelKind.Percent, fraction);

    /// <summary>A distance in price.</summary>
    /// <param name="price">More than zero.</param>
    /// <returns>The rule.</returns>
    public static LevelRule Distance(double price) => new(LevelKind.Distance, price);

    /// <summary>Multiples of the average true range.</summary>
    /// <param name="multiple">More than zero.</param>
    /// <param name="period">Bars, at least 1.</param>
    /// <returns>The rule.</returns>
    public static LevelRule Atr(double multiple, int period = 14) => new(LevelKind.Atr, multiple, period);

    /// <summary>The fraction of equity lost at a stop-loss, or multiples of the stop-loss's distance for a take-profit.</summary>
    /// <param name="value">More than zero.</param>
    /// <returns>The rule.</returns>
    public static LevelRule Risk(double value) => new(LevelKind.Risk, value);
}
