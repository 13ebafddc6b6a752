namespace Runnel.MarketData;

/// <summary>Counts what a fetch did, and tells how far it is.</summary>
/// <param name="missing">Milliseconds of time to fetch.</param>
/// <param name="progress">Told after each part that was stored; null for nobody.</param>
internal sealed class FetchTally(long missing, Func<KlineFetchProgress, Task>? progress)
{
    private long done;

    public long RowsFetched { get; set; }

    public long RowsStored { get; set; }

    public Task AddAsync(long time, long upTo)
    {
        done += time;
        double fraction = missing <= 0 ? 1 : Math.Min(1, (double)done / missing);
        return progress is null ? Task.CompletedTask : progress(new KlineFetchProgress(fraction, RowsFetched, DateTimeOffset.FromUnixTimeMilliseconds(upTo)));
    }
}
