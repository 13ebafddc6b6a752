namespace Runnel.MarketData;

/// <summary>Neither the store nor the exchange knows an instrument.</summary>
/// <param name="message">Says what to do.</param>
public sealed class InstrumentNotFoundException(string message) : MarketDataException(message);
