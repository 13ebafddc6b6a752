namespace Runnel.MarketData;

/// <summary>A source does not have the funding payments that were asked for.</summary>
/// <param name="message">Says what it does have.</param>
public sealed class FundingNotFoundException(string message) : MarketDataException(message);
