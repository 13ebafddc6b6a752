using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Leaves out the bar that has not closed yet: a file that is being written may still change it, and a result on it could not be had again.</summary>
internal sealed class ClosedBarsSource(IKlineSource source, TimeProvider time) : IKlineSource
{
    public string Name => source.Name;

    public async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        KlineData data = await source.LoadAsync(request, cancellationToken);
        Klines bars = data.Klines;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        int closed = bars.Count;
        while (closed > 0 && request.Interval.Add(request.Interval.Floor(bars.OpenTimes[closed - 1]), 1) > now)
            closed--;
        if (closed == bars.Count)
            return data;
        return closed > 0
            ? data with { Klines = bars.Slice(0, closed) }
            : throw new KlinesNotFoundException($"None of the bars of {source.Name} in the range has closed yet.", KlinesMissing.Range);
    }
}
