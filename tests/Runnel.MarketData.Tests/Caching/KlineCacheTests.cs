using Runnel.Backtesting;

namespace Runnel.MarketData.Tests.Caching;

public sealed class KlineCacheTests
{
    private const int BytesOfTen = 10 * 48;

    [Fact]
    public void Throws_out_the_least_recently_used_when_full()
    {
        KlineCache cache = new(maxBytes: 2 * BytesOfTen);
        int loads = 0;
        Klines Load() { loads++; return Ten(); }
        cache.GetOrLoad("a", Load);
        cache.GetOrLoad("b", Load);
        cache.GetOrLoad("a", Load);
        cache.GetOrLoad("c", Load);

        cache.GetOrLoad("a", Load);
        int beforeB = loads;
        cache.GetOrLoad("b", Load);

        Assert.Equal((3, 4), (beforeB, loads));
        Assert.Equal(2 * BytesOfTen, cache.Bytes);
    }

    [Fact]
    public async Task Loads_once_for_all_who_ask_at_once()
    {
        KlineCache cache = new();
        int loads = 0;
        using Barrier together = new(4);

        Klines[] all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            together.SignalAndWait();
            return cache.GetOrLoad("a", () => { Interlocked.Increment(ref loads); return Ten(); });
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(1, loads);
        Assert.All(all, k => Assert.Same(all[0], k));
        Assert.Equal(BytesOfTen, cache.Bytes);
    }

    [Fact]
    public void Forgets_a_failure_and_keeps_nothing_larger_than_itself()
    {
        KlineCache cache = new(maxBytes: BytesOfTen - 1);
        Assert.Throws<MarketDataException>(() => cache.GetOrLoad("a", () => throw new MarketDataException("damaged")));

        Klines klines = cache.GetOrLoad("a", Ten);

        Assert.Equal((10, 0), (klines.Count, cache.Bytes));
    }

    private static Klines Ten()
    {
        double[] ones = [.. Enumerable.Repeat(1.0, 10)];
        return new Klines("X", [.. Enumerable.Range(0, 10).Select(i => (long)i)], ones, ones, ones, ones, ones);
    }
}
