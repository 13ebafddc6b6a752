namespace Runnel.MarketData;

/// <summary>Which of the exchange's prices a bar is made of.</summary>
public enum BybitPrice
{
    /// <summary>What was traded at.</summary>
    Traded,

    /// <summary>The fair price of a contract, which triggers liquidations.</summary>
    Mark,

    /// <summary>The price of the underlying over several spot markets.</summary>
    Index,
}
