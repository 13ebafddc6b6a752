namespace Runnel.Backtesting;

/// <summary>At which price open trades are valued when the margin that is left for another order is worked out.</summary>
public enum MarginMark
{
    /// <summary>The price at which the order fills: nothing after that moment is used.</summary>
    FillPrice,

    /// <summary>The close of the bar on which the order fills, as backtesting.py does it: later than the fill, so only for comparing
    /// with results of engines that do the same. Makes a difference for a second trade on leverage or beside a short.</summary>
    BarClose,
}
