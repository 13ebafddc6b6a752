namespace Runnel.MarketData;

/// <summary>The kind of market a symbol is traded on. The unit of volume depends on it.</summary>
public enum KlineCategory
{
    /// <summary>Coins themselves; volume in the base coin.</summary>
    Spot,

    /// <summary>Contracts margined and settled in USDT or USDC; volume in the base coin.</summary>
    Linear,

    /// <summary>Contracts margined and settled in the coin; volume in USD.</summary>
    Inverse,
}
