namespace Runnel.MarketData;

/// <summary>A source has no bar of what was asked for: an unknown symbol, another interval, or a range outside what it holds.</summary>
public sealed class KlinesNotFoundException(string message) : MarketDataException(message);
