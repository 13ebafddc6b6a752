namespace Runnel.MarketData;

/// <summary>Mends a stored series: damaged files are deleted and fetched again, and the exchange is asked once more about every hole.</summary>
/// <param name="store">The store.</param>
/// <param name="fetcher">Fetches into it.</param>
public sealed class KlineRepair(KlineStore store, KlineFetcher fetcher)
{
    /// <summary>Repairs. May be killed and started again at any moment: what was deleted counts as not fetched.</summary>
    /// <param name="series">Which series.</param>
    /// <param name="progress">Told what is being done, in words; null for nobody.</param>
    /// <param name="cancellationToken">Ends it between two parts.</param>
    /// <exception cref="MarketDataException">The series came from a file, so that the exchange has no right copy of it; damaged files of it are kept. Or the exchange cannot be reached.</exception>
    public async Task<KlineRepairResult> RepairAsync(KlineSeries series, Action<string>? progress, CancellationToken cancellationToken)
    {
        StoredSeries stored = await store.FindAsync(series, cancellationToken) ?? throw new MarketDataException($"The store {store.Folder} has nothing of {series}.");
        IReadOnlyList<DamagedFile> damaged = await store.VerifyAsync(series, cancellationToken);
        if (stored.Origins.Any(o => o != KlineFetcher.Origin))
        {
            return damaged.Count == 0 ? new KlineRepairResult(0, 0, 0, stored.MissingBars) : throw new MarketDataException(
                $"{series} came from {string.Join(", ", stored.Origins)}, not from the exchange alone, so fetching would mix two origins. Delete the damaged files and import yours again: {string.Join(", ", damaged.Select(d => d.Path))}");
        }

        List<TimeRange> ranges = [];
        foreach (DamagedFile file in damaged)
        {
            progress?.Invoke($"deletes {file.Path}: {file.Problem}");
            if (await store.RemoveDamagedAsync(series, file, cancellationToken))
                ranges.Add(file.Month);
        }

        ranges.AddRange((await store.FindGapsAsync(series, new TimeRange(0, long.MaxValue), cancellationToken)).Select(g => g.Range));
        long rows = 0;
        foreach (TimeRange range in TimeRanges.Union(ranges))
        {
            progress?.Invoke($"fetches {range}");
            KlineRequest request = new()
            {
                Symbol = series.Symbol,
                Interval = series.Interval,
                Category = series.Category,
                Price = series.Price,
                From = DateTimeOffset.FromUnixTimeMilliseconds(range.From),
                To = DateTimeOffset.FromUnixTimeMilliseconds(range.To),
            };
            rows += (await fetcher.FetchAsync(request, refresh: true, null, cancellationToken)).RowsStored;
        }

        StoredSeries? after = await store.FindAsync(series, cancellationToken);
        return new KlineRepairResult(damaged.Count, ranges.Count - damaged.Count, rows, after?.MissingBars ?? 0);
    }
}
