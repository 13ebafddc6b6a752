using Runnel.MarketData;

namespace Runnel.Trading;

internal static class KlineSources
{
    /// <summary>The sources that the options allow, most preferred first.</summary>
    public static IKlineSource Of(TradingOptions options, KlineStore store, KlineCache cache, Func<BybitClient> bybit, TimeProvider time)
    {
        List<IKlineSource> sources = LocalOnes(options, store, cache, time);
        if (options.AllowBybit)
            sources.Add(new BybitKlineSource(bybit(), cache, time));
        if (options.AllowSynthetic)
            sources.Add(new SyntheticMarket(options.SyntheticSeed, cache));
        return new KlineSourceChain(sources);
    }

    /// <summary>Those of them that need no network.</summary>
    public static IKlineSource Local(TradingOptions options, KlineStore store, KlineCache cache, TimeProvider time) => new KlineSourceChain(LocalOnes(options, store, cache, time));

    private static List<IKlineSource> LocalOnes(TradingOptions options, KlineStore store, KlineCache cache, TimeProvider time)
    {
        List<IKlineSource> sources = [];
        if (options.KlinesFile is { Length: > 0 } file)
            sources.Add(new ClosedBarsSource(new CsvFileSource(file, cache), time));
        if (options.KlinesFolder is { Length: > 0 } || Directory.Exists(options.KlinesFolderPath))
            sources.Add(new ClosedBarsSource(new CsvFolderSource(options.KlinesFolderPath, cache), time));
        sources.Add(new StoreKlineSource(store, cache, time));
        return sources;
    }

    /// <summary>What to do when none of them has the bars.</summary>
    public static string Remedy(TradingOptions options, KlineRequest request)
    {
        KlineFileName name = new("bybit", request.Category, request.Symbol, request.Interval);
        string file = Path.Combine(options.KlinesFolderPath, name.ToString());
        return $"Check symbol, interval, category and dates; or type, where there is a network: {new KlinesNeed(request).Command}; or put the klines into {file}"
            + (options.AllowBybit ? "" : ", or set Runnel:Trading:AllowBybit to true")
            + (options.AllowSynthetic ? "." : ", or set Runnel:Trading:AllowSynthetic to true for invented ones.");
    }
}
