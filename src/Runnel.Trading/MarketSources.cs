using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Where everything comes from that a run needs of the market.</summary>
/// <param name="Klines">Bars.</param>
/// <param name="Funding">Funding payments.</param>
/// <param name="Instruments">Steps and minima of orders.</param>
internal sealed record MarketSources(IKlineSource Klines, IFundingSource Funding, InstrumentSource Instruments)
{
    /// <summary>The sources that the options allow.</summary>
    public static MarketSources Of(TradingOptions options, KlineStore store, KlineCache cache, Func<BybitClient> bybit, TimeProvider time) =>
        new(KlineSources.Of(options, store, cache, bybit, time), FundingSources.Of(options, new FundingStore(store.Folder, time), bybit, time),
            new InstrumentSource(new InstrumentStore(store.Folder, time), options.AllowBybit ? bybit : null));

    /// <summary>Those of them that need no network.</summary>
    public static MarketSources Local(TradingOptions options, KlineStore store, KlineCache cache, TimeProvider time) =>
        new(KlineSources.Local(options, store, cache, time), FundingSources.Local(options, new FundingStore(store.Folder, time), time),
            new InstrumentSource(new InstrumentStore(store.Folder, time), null));
}
