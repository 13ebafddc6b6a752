using Runnel.Backtesting;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Checks;

public sealed class KlineChecksTests
{
    [Fact]
    public void A_spike_and_a_jump_are_flagged_and_ordinary_bars_are_not()
    {
        long[] times = Series.Every(Series.Range("2024-01-01", "2024-01-02"), KlineInterval.OneMinute).OpenTimes.ToArray();
        double[] open = [.. times.Select((_, i) => 100 + (5 * Math.Sin(i / 50.0)))], close = [.. open.Skip(1), 100], volume = new double[times.Length];
        double[] high = [.. open.Select((o, i) => Math.Max(o, close[i]) + 0.1)], low = [.. open.Select((o, i) => Math.Min(o, close[i]) - 0.1)];
        Klines calm = new("AAAUSDT", times, [.. open], [.. high], [.. low], [.. close], volume);
        low[700] /= 3;
        for (int i = 1_100; i < open.Length; i++)
            (open[i], high[i], low[i], close[i]) = (open[i] * 4, high[i] * 4, low[i] * 4, close[i] * 4);
        Klines spiked = new("AAAUSDT", times, open, high, low, close, volume);

        IReadOnlyList<KlineOutlier> outliers = KlineChecks.FindOutliers(spiked);

        Assert.Equal([Requests.Time("2024-01-01T11:40Z"), Requests.Time("2024-01-01T18:20Z")], outliers.Select(o => o.OpenTime));
        Assert.Empty(KlineChecks.FindOutliers(calm));
    }
}
