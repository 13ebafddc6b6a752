namespace Runnel.Backtesting;

/// <summary>Which side of the market a strategy may take.</summary>
public enum TradeDirection
{
    /// <summary>Buys and closes; never short.</summary>
    LongOnly,

    /// <summary>Sells short and closes; never long.</summary>
    ShortOnly,

    /// <summary>Both; a signal against an open position closes it first.</summary>
    LongShort,
}
