namespace Runnel.MarketData;

/// <summary>A source has no bar of what was asked for: an unknown symbol, another interval, or a range outside what it holds.</summary>
/// <param name="message">Says what it does have.</param>
/// <param name="missing">How far the request got.</param>
public sealed class KlinesNotFoundException(string message, KlinesMissing missing = KlinesMissing.Symbol) : MarketDataException(message)
{
    /// <summary>Which part of the request found nothing.</summary>
    public KlinesMissing Missing { get; } = missing;
}
