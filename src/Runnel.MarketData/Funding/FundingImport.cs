using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Brings payments of a file into a store.</summary>
public static class FundingImport
{
    private const long Hour = 3_600_000;

    /// <summary>Writes payments that were read. They cover the time from the first to one distance after the last.</summary>
    /// <param name="store">Where they go.</param>
    /// <param name="series">Of which contract.</param>
    /// <param name="rates">At least one payment.</param>
    /// <param name="replace">Whether other payments that are stored for the same time give way; else they are an error. Equal ones never are.</param>
    /// <param name="cancellationToken">Ends it before anything is changed.</param>
    /// <exception cref="MarketDataException">Something else is stored for their time already.</exception>
    public static async Task WriteAsync(FundingStore store, FundingSeries series, FundingRates rates, bool replace, CancellationToken cancellationToken)
    {
        TimeRange range = new(rates.Times[0], rates.Times[^1] + Distance(rates));
        if (!replace && FundingFetcher.CountOther(await store.ReadAsync(series, range, cancellationToken), rates) is > 0 and int others)
        {
            throw new MarketDataException($"The store has {others} other payments of {series} between {KlineRange.Moment(range.From)} and {KlineRange.Moment(range.To)} UTC already. "
                + "Add --replace to have the imported ones instead.");
        }

        await store.WriteAsync(series, range, rates, KlineImport.Origin, cancellationToken);
    }

    // The smallest: until then no other payment can be missing.
    private static long Distance(FundingRates rates)
    {
        long least = rates.Count < 2 ? Hour : long.MaxValue;
        for (int i = 1; i < rates.Count; i++)
            least = Math.Min(least, rates.Times[i] - rates.Times[i - 1]);
        return least;
    }
}
