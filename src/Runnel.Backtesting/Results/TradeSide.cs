namespace Runnel.Backtesting;

/// <summary>Which way a trade bets.</summary>
public enum TradeSide
{
    /// <summary>Bought; gains when the price rises.</summary>
    Long,

    /// <summary>Sold short; gains when the price falls.</summary>
    Short,
}
