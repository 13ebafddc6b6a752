namespace Runnel.MarketData;

/// <summary>An instrument as a store knows it.</summary>
/// <param name="Instrument">What the exchange said.</param>
/// <param name="FetchedAt">When it said so (UTC).</param>
public sealed record StoredInstrument(BybitInstrument Instrument, DateTimeOffset FetchedAt);
