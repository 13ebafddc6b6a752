using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Brings funding payments from the exchange into a store, by the rules of the <see cref="KlineFetcher"/>: what is missing, or all of it, month by
/// month; may be killed at any moment and goes on from there.</summary>
/// <param name="client">The exchange.</param>
/// <param name="store">Where payments go.</param>
public sealed class FundingFetcher(BybitClient client, FundingStore store)
{
    /// <summary>A payment counts as published this long after its time by the exchange's clock.</summary>
    private const long SettleMs = 10 * 60_000;

    /// <summary>Fetches.</summary>
    /// <param name="request">The range; its end is cut at the last full hour ten minutes ago.</param>
    /// <param name="refresh">Whether payments that are stored are asked for again and replaced.</param>
    /// <param name="progress">Told after each month that was stored; null for nobody.</param>
    /// <param name="cancellationToken">Ends it between two months.</param>
    /// <exception cref="FetchInProgressException">Another fetch of the series runs.</exception>
    /// <exception cref="BybitException">The exchange refused, or could not be reached after the retries.</exception>
    /// <exception cref="MarketDataException">The store is damaged or cannot be written.</exception>
    public async Task<KlineFetchResult> FetchAsync(FundingRequest request, bool refresh, Func<KlineFetchProgress, Task>? progress, CancellationToken cancellationToken)
    {
        FundingSeries series = request.Series;
        using SeriesLock held = store.TryLockFetch(series) ?? throw new FetchInProgressException(series.ToString(), store.Folder);

        IReadOnlyList<TimeRange> covered = (await store.FindAsync(series, cancellationToken))?.Covered ?? [];
        TimeRange asked = request.Hours;
        if (!refresh && TimeRanges.Subtract(asked, covered).Count == 0) // so that what is here needs no network
            return await SummarizeAsync(series, asked, 0, new FetchTally(0, null), cancellationToken);

        long published = FundingRequest.FloorHour((await client.GetServerTimeAsync(cancellationToken)).ToUnixTimeMilliseconds() - SettleMs);
        TimeRange range = asked with { To = Math.Min(asked.To, published) };
        List<TimeRange> lacking = TimeRanges.Subtract(range, covered);
        List<TimeRange> missing = refresh && !range.IsEmpty ? [range] : lacking;
        FetchTally tally = new(missing.Sum(m => m.To - m.From), progress);
        foreach (TimeRange part in missing)
            await FetchPartAsync(series, part, covered, tally, cancellationToken);
        return await SummarizeAsync(series, range, lacking.Count, tally, cancellationToken);
    }

    private async Task FetchPartAsync(FundingSeries series, TimeRange part, IReadOnlyList<TimeRange> covered, FetchTally tally, CancellationToken cancellationToken)
    {
        long from = part.From;
        if (!covered.Any(c => c.From < part.From)) // the range may begin years before the listing; all before it is recorded as empty
        {
            long day = KlineInterval.OneDay.Floor(from);
            long listed = await client.FindListingAsync(DaysOf(series, part), day, cancellationToken) ?? long.MaxValue;
            if (listed >= part.To)
                return; // a range without any bar is not recorded: the symbol may be listed later
            if (listed > day)
                (part, from) = (part with { From = 0 }, Math.Max(from, listed));
        }

        while (from < part.To)
        {
            long end = Math.Min(KlineMonth.Of(from).End, part.To);
            FundingRates rates = await AskAsync(series, from, end, cancellationToken);
            tally.RowsFetched += rates.Count;
            TimeRange done = new(part.From, end);
            tally.RowsStored += CountOther(rates, await store.ReadAsync(series, done, cancellationToken));
            await store.WriteAsync(series, done, rates, KlineFetcher.Origin, cancellationToken);
            await tally.AddAsync(end - from, end);
            part = part with { From = end };
            from = end;
        }
    }

    // A month without any payment is asked about twice: only what is absent twice is taken for a pause.
    private async Task<FundingRates> AskAsync(FundingSeries series, long from, long to, CancellationToken cancellationToken)
    {
        FundingRates rates = await AskOnceAsync();
        return rates.Count > 0 ? rates : await AskOnceAsync();

        Task<FundingRates> AskOnceAsync() => client.GetFundingAsync(
            series.Category, series.Symbol, DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(to), cancellationToken);
    }

    private async Task<KlineFetchResult> SummarizeAsync(FundingSeries series, TimeRange range, int filled, FetchTally tally, CancellationToken cancellationToken)
    {
        FundingRates rates = range.IsEmpty ? new FundingRates([], []) : await store.ReadAsync(series, range, cancellationToken);
        return new KlineFetchResult
        {
            RowsFetched = tally.RowsFetched,
            RowsStored = tally.RowsStored,
            GapsFilled = filled,
            Gaps = [],
            Bars = rates.Count,
            First = rates.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(rates.Times[0]),
            Last = rates.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(rates.Times[^1]),
            Checksum = (await store.FindAsync(series, cancellationToken))?.Checksum ?? "",
        };
    }

    private static KlineRequest DaysOf(FundingSeries series, TimeRange range) => new()
    {
        Symbol = series.Symbol,
        Category = series.Category,
        Interval = KlineInterval.OneDay,
        From = DateTimeOffset.FromUnixTimeMilliseconds(range.From),
        To = DateTimeOffset.FromUnixTimeMilliseconds(range.To),
    };

    internal static int CountOther(FundingRates rates, FundingRates than)
    {
        int other = 0;
        for (int i = 0; i < rates.Count; i++)
        {
            int at = than.Times.BinarySearch(rates.Times[i]);
            other += at >= 0 && than.Rates[at] == rates.Rates[i] ? 0 : 1;
        }

        return other;
    }
}
