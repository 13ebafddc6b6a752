namespace Runnel.Backtesting;

/// <summary>What closed a trade.</summary>
public enum ExitReason
{
    /// <summary>The strategy closed it, or an entry the other way did.</summary>
    Signal,

    /// <summary>Its stop-loss was hit.</summary>
    StopLoss,

    /// <summary>Its take-profit was hit.</summary>
    TakeProfit,

    /// <summary>Its isolated margin was used up.</summary>
    Liquidation,

    /// <summary>Equity reached zero at a close: everything was closed there and the run traded no more.</summary>
    Ruin,
}
