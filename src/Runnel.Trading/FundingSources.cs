using Runnel.MarketData;

namespace Runnel.Trading;

internal static class FundingSources
{
    /// <summary>The sources that the options allow, most preferred first. The synthetic market invents no funding.</summary>
    public static IFundingSource Of(TradingOptions options, FundingStore store, Func<BybitClient> bybit, TimeProvider time)
    {
        List<IFundingSource> sources = LocalOnes(options, store, time);
        if (options.AllowBybit)
            sources.Add(new BybitFundingSource(bybit()));
        return new FundingSourceChain(sources);
    }

    /// <summary>Those of them that need no network.</summary>
    public static IFundingSource Local(TradingOptions options, FundingStore store, TimeProvider time) => new FundingSourceChain(LocalOnes(options, store, time));

    private static List<IFundingSource> LocalOnes(TradingOptions options, FundingStore store, TimeProvider time)
    {
        List<IFundingSource> sources = [];
        if (options.KlinesFolder is { Length: > 0 } || Directory.Exists(options.KlinesFolderPath))
            sources.Add(new CsvFundingSource(options.KlinesFolderPath));
        sources.Add(new StoreFundingSource(store, time));
        return sources;
    }
}
