namespace Runnel.MarketData;

/// <summary>Which part of a request a source has nothing for, the closest miss last.</summary>
public enum KlinesMissing
{
    /// <summary>It does not have the symbol in that category, or could not be asked.</summary>
    Symbol,

    /// <summary>It has the symbol, but not in that interval.</summary>
    Interval,

    /// <summary>It has the symbol in that interval, but no bar in the range.</summary>
    Range,
}
