using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Brings a range of a series from the exchange into a store: what is missing, or all of it. May be killed at any moment: what it stored counts,
/// and the next run goes on from there; in the end the files are the same to the byte.</summary>
/// <param name="client">The exchange.</param>
/// <param name="store">Where bars go.</param>
public sealed class KlineFetcher(BybitClient client, KlineStore store)
{
    /// <summary>The name under which the store knows the exchange's bars.</summary>
    public const string Origin = "bybit";

    /// <summary>Windows asked for side by side, and then stored together.</summary>
    private const int WindowsAtOnce = 8;

    /// <summary>A bar counts as closed this long after its end by the exchange's clock: the clock is stamped on a reply after its rows were read.</summary>
    private const long SettleMs = 5_000;

    /// <summary>Fetches.</summary>
    /// <param name="request">The range; bars that have not closed are left for the next fetch.</param>
    /// <param name="refresh">Whether bars that are stored are asked for again and replaced.</param>
    /// <param name="progress">Told after each part that was stored; null for nobody.</param>
    /// <param name="cancellationToken">Ends it between two parts.</param>
    /// <exception cref="FetchInProgressException">Another fetch of the series runs.</exception>
    /// <exception cref="BybitException">The exchange refused, or could not be reached after the retries.</exception>
    /// <exception cref="MarketDataException">The store is damaged or cannot be written.</exception>
    public async Task<KlineFetchResult> FetchAsync(
        KlineRequest request, bool refresh, Func<KlineFetchProgress, Task>? progress, CancellationToken cancellationToken)
    {
        KlineSeries series = KlineSeries.Of(request);
        using SeriesLock held = store.TryLockFetch(series) ?? throw new FetchInProgressException(series.ToString(), store.Folder);

        KlineInterval interval = request.Interval;
        IReadOnlyList<TimeRange> covered = await store.ReadCoverageAsync(series, cancellationToken);
        TimeRange asked = new(interval.Ceiling(request.From.ToUnixTimeMilliseconds()), interval.Ceiling(request.To.ToUnixTimeMilliseconds()));
        if (!refresh && TimeRanges.Subtract(asked, covered).Count == 0) // so that what is here needs no network
            return await SummarizeAsync(series, asked, 0, new FetchTally(0, null), cancellationToken);

        long closed = interval.Floor((await client.GetServerTimeAsync(cancellationToken)).ToUnixTimeMilliseconds() - SettleMs);
        TimeRange range = asked with { To = Math.Min(asked.To, closed) };
        List<TimeRange> lacking = TimeRanges.Subtract(range, covered);
        List<TimeRange> missing = refresh && !range.IsEmpty ? [range] : lacking;
        FetchTally tally = new(missing.Sum(m => m.To - m.From), progress);
        foreach (TimeRange part in missing)
            await FetchPartAsync(request, series, await PlanAsync(request, series, part, cancellationToken), tally, cancellationToken);
        return await SummarizeAsync(series, range, lacking.Count, tally, cancellationToken);
    }

    /// <summary>Where nothing is stored before a range, it may begin years before the listing: a thousand empty minutes at a time would be thousands of
    /// requests, so the first day that has bars is looked for, and all before it is recorded as empty. A range without any bar is not recorded at all.</summary>
    private async Task<Part> PlanAsync(KlineRequest request, KlineSeries series, TimeRange missing, CancellationToken cancellationToken)
    {
        StoredSeries? stored = await store.FindAsync(series, cancellationToken);
        if (stored?.Covered.Any(c => c.From < missing.From) == true)
            return new Part(missing, missing.From);
        long day = KlineInterval.OneDay.Floor(missing.From);
        long listed = await client.FindListingAsync(request, day, cancellationToken) ?? long.MaxValue;
        if (listed >= missing.To)
            return new Part(default, 0);
        return listed <= day ? new Part(missing, missing.From) : new Part(missing with { From = 0 }, Math.Max(missing.From, request.Interval.Floor(listed)));
    }

    private async Task FetchPartAsync(KlineRequest request, KlineSeries series, Part part, FetchTally tally, CancellationToken cancellationToken)
    {
        KlineInterval interval = request.Interval;
        (TimeRange range, long from) = part;
        while (from < range.To)
        {
            long end = Math.Min(interval.Ceiling(KlineMonth.Of(from).End), Math.Min(range.To, interval.Add(from, WindowsAtOnce * BybitClient.MostRows)));
            (KlineColumns bars, long closed) = await AskAsync(request, from, end, tally, cancellationToken);
            TimeRange done = new(range.From, Math.Min(end, closed));
            if (done.To <= from)
                return; // the exchange's clock went back

            Klines? klines = bars.Count == 0 ? null : ToKlines(bars, request);
            tally.RowsStored += klines is null ? 0 : KlineRange.CountOther(klines, await store.ReadAsync(series, done, cancellationToken));
            await store.WriteAsync(series, done, klines, Origin, cancellationToken);
            await tally.AddAsync(done.To - from, done.To);
            if (done.To < end)
                return;
            range = range with { From = done.To };
            from = done.To;
        }
    }

    /// <summary>The bars that open in a stretch and have closed, asked for side by side. A window that comes back with holes is asked for once more: only
    /// what is absent twice is taken for an outage.</summary>
    private async Task<(KlineColumns Bars, long ClosedUpTo)> AskAsync(KlineRequest request, long from, long to, FetchTally tally, CancellationToken cancellationToken)
    {
        KlineInterval interval = request.Interval;
        List<Task<BybitWindow>> windows = [];
        for (long at = from; at < to;)
        {
            long next = Math.Min(interval.Add(at, BybitClient.MostRows), to);
            windows.Add(AskWindowAsync(at, interval.Floor(next - 1)));
            at = next;
        }

        BybitWindow[] replies = await Task.WhenAll(windows);
        long closed = interval.Floor(replies.Min(r => r.Clock) - SettleMs);
        KlineColumns bars = new();
        foreach ((long time, double[] row) in replies.SelectMany(r => r.Rows).Where(r => r.Time < closed))
            bars.Add(time, row);
        tally.RowsFetched += replies.Sum(r => r.Rows.Count);
        return (bars, closed);

        async Task<BybitWindow> AskWindowAsync(long first, long last)
        {
            BybitWindow window = await client.GetWindowAsync(request, first, last, cancellationToken);
            long expected = interval.CountBetween(first, Math.Min(interval.Add(last, 1), Math.Max(first, interval.Floor(window.Clock))));
            if (window.Rows.Count >= expected)
                return window;
            BybitWindow again = await client.GetWindowAsync(request, first, last, cancellationToken);
            return again.Rows.Count > window.Rows.Count ? again : window;
        }
    }

    private async Task<KlineFetchResult> SummarizeAsync(KlineSeries series, TimeRange range, int filled, FetchTally tally, CancellationToken cancellationToken)
    {
        long[] times = range.IsEmpty ? [] : await store.ReadTimesAsync(series, range, cancellationToken);
        StoredSeries? stored = await store.FindAsync(series, cancellationToken);
        return new KlineFetchResult
        {
            RowsFetched = tally.RowsFetched,
            RowsStored = tally.RowsStored,
            GapsFilled = filled,
            Gaps = MarketData.Gaps.Of(times, series.Interval, stored?.Covered ?? []),
            Bars = times.Length,
            First = times.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(times[0]),
            Last = times.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(times[^1]),
            Checksum = stored?.Checksum ?? "",
        };
    }

    private static Klines ToKlines(KlineColumns bars, KlineRequest request)
    {
        try
        {
            return bars.ToKlines(request.Symbol);
        }
        catch (ArgumentException e)
        {
            throw new BybitException($"Bybit's bars for {request} cannot be: {e.Message}", transient: false, innerException: e);
        }
    }

    /// <summary>A range to fetch, and from where on the exchange is asked for it.</summary>
    private readonly record struct Part(TimeRange Range, long AskFrom);
}
