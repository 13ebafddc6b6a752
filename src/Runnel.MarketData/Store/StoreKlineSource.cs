using System.Collections.Concurrent;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>A store as a source. Strict: a range that it does not hold whole counts as not there, so that no backtest misses bars in silence. Bars that
/// have not closed yet are not asked for.</summary>
/// <param name="store">The store.</param>
/// <param name="cache">Keeps ranges in memory; one that was replaced on disk is read again.</param>
/// <param name="time">Tells which bars have closed.</param>
public sealed class StoreKlineSource(KlineStore store, KlineCache cache, TimeProvider time) : IKlineSource
{
    private readonly ConcurrentDictionary<KlineSeries, (string Fingerprint, StoredSeries Stored)> known = new(); // what is warm is served without reading a file
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMinutes(5), MostPatience = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Name => $"store {store.Folder}";

    /// <inheritdoc/>
    public async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await LoadStoredAsync(request, cancellationToken);
        }
        catch (KlinesNotFoundException) when (request.Interval != KlineInterval.OneMinute)
        {
            if (await MakeOfMinutesAsync(request, cancellationToken) is { } made)
                return made;
            throw;
        }
    }

    private async Task<KlineData> LoadStoredAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        KlineSeries series = KlineSeries.Of(request);
        TimeRange range = new(request.From.ToUnixTimeMilliseconds(), request.To.ToUnixTimeMilliseconds());
        StoredSeries? stored = await FindAsync(series, cancellationToken);
        if (stored is null)
            throw new KlinesNotFoundException($"The store {store.Folder} has nothing of {series}.");
        List<TimeRange> missing = TimeRanges.Subtract(ClosedRange(request, time), stored.Covered);
        if (missing.Count > 0)
            throw new KlinesNotFoundException($"The store {store.Folder} has {series} for {string.Join(", ", stored.Covered.Take(5))}, but not for {string.Join(", ", missing.Take(5))}.", KlinesMissing.Range);

        Klines klines = await cache.GetOrLoadAsync(
            $"store|{store.Folder}|{series}|{range.From}|{range.To}|{store.Fingerprint(series, range)}",
            async () => await store.ReadAsync(series, range, CancellationToken.None)
                ?? throw new KlinesNotFoundException($"There are no bars of {series} from {range}: the source was asked and has none.", KlinesMissing.Range),
            cancellationToken);
        return new KlineData { Klines = klines, Interval = request.Interval, Source = $"store ({string.Join(", ", stored.Origins)})" };
    }

    private async Task<StoredSeries?> FindAsync(KlineSeries series, CancellationToken cancellationToken)
    {
        string fingerprint = store.Fingerprint(series, new TimeRange(0, long.MaxValue));
        if (known.TryGetValue(series, out (string Fingerprint, StoredSeries Stored) last) && last.Fingerprint == fingerprint)
            return last.Stored;
        StoredSeries? stored = await store.FindAsync(series, cancellationToken); // looked at after the fingerprint was taken: newer than that, never older
        if (stored is not null)
            known[series] = (fingerprint, stored);
        return stored;
    }

    /// <summary>Longer bars of stored minutes, or null where these do not cover all of them.</summary>
    private async Task<KlineData?> MakeOfMinutesAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        KlineInterval interval = request.Interval;
        TimeRange closed = ClosedRange(request, time);
        if (closed.IsEmpty)
            return null;
        KlineRequest minutes = request with
        {
            Interval = KlineInterval.OneMinute,
            From = DateTimeOffset.FromUnixTimeMilliseconds(closed.From),
            To = DateTimeOffset.FromUnixTimeMilliseconds(interval.Ceiling(closed.To)),
        };
        try
        {
            KlineData data = await LoadStoredAsync(minutes, cancellationToken);
            return KlineResampler.Resample(data.Klines, KlineInterval.OneMinute, interval) is { } klines
                ? new KlineData { Klines = klines, Interval = interval, Source = $"{data.Source}, made of 1m" }
                : null;
        }
        catch (KlinesNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What has to be there: up to a moment ago, since what closes right now cannot be, and each look would find another bar missing.</summary>
    internal static TimeRange ClosedRange(KlineRequest request, TimeProvider time)
    {
        KlineInterval interval = request.Interval;
        TimeSpan length = interval.Length ?? MostPatience;
        TimeSpan patience = length < LeastPatience ? LeastPatience : length > MostPatience ? MostPatience : length;
        long closed = interval.Floor((time.GetUtcNow() - patience).ToUnixTimeMilliseconds());
        return new TimeRange(interval.Ceiling(request.From.ToUnixTimeMilliseconds()), Math.Min(request.To.ToUnixTimeMilliseconds(), closed));
    }
}
