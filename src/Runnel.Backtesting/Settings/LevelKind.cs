namespace Runnel.Backtesting;

/// <summary>What the number of a <see cref="LevelRule"/> counts.</summary>
public enum LevelKind
{
    /// <summary>A fraction of the entry price; 0.02 is 2 %.</summary>
    Percent,

    /// <summary>A distance in price.</summary>
    Distance,

    /// <summary>Multiples of the average true range (Wilder) of the last bar that closed before the fill.</summary>
    Atr,

    /// <summary>For a stop-loss: the fraction of equity that is lost there, fees and gaps aside. For a take-profit: multiples of the
    /// distance from the entry to the stop-loss.</summary>
    Risk,
}
