namespace Runnel.MarketData;

/// <summary>Instruments from the store, or else from the exchange.</summary>
/// <param name="store">The store; what the exchange answers is not put into it.</param>
/// <param name="client">The exchange; null where it may not be asked.</param>
public sealed class InstrumentSource(InstrumentStore store, Func<BybitClient>? client)
{
    /// <summary>Loads an instrument.</summary>
    /// <exception cref="InstrumentNotFoundException">Neither has it.</exception>
    /// <exception cref="MarketDataException">The store's file is damaged, or the exchange refused.</exception>
    public async Task<BybitInstrument> LoadAsync(KlineCategory category, string symbol, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(category, symbol, cancellationToken) is { } stored)
            return stored.Instrument;
        string missing = $"The store {store.Folder} has no instrument {symbol} {category.ToString().ToLowerInvariant()}.";
        if (client is null)
            throw new InstrumentNotFoundException(missing);
        BybitClient exchange = client();
        if (await exchange.CheckRecentlyAsync(cancellationToken) is { IsReachable: false } found)
            throw new InstrumentNotFoundException($"{missing} Bybit cannot be asked: {found.Reason}");
        return await exchange.GetInstrumentAsync(category, symbol, cancellationToken)
            ?? throw new InstrumentNotFoundException($"{missing} Bybit lists none either.");
    }
}
