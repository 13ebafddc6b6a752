using Runnel.Backtesting;

namespace Runnel.Benchmarks.Backtests;

/// <summary>A seeded random walk.</summary>
internal static class SyntheticMarket
{
    public static Klines Create(int bars, long interval, int seed)
    {
        Random random = new(seed);
        long[] times = new long[bars];
        double[] open = new double[bars], high = new double[bars], low = new double[bars], close = new double[bars], volume = new double[bars];
        double last = 30_000;
        for (int i = 0; i < bars; i++)
        {
            times[i] = 1_600_000_000_000 + i * interval;
            open[i] = last;
            close[i] = Math.Round(last * (1 + (random.NextDouble() - 0.4999) * 0.002), 1);
            high[i] = Math.Round(Math.Max(open[i], close[i]) + random.NextDouble() * 10, 1);
            low[i] = Math.Round(Math.Min(open[i], close[i]) - random.NextDouble() * 10, 1);
            volume[i] = random.NextDouble() * 100;
            last = close[i];
        }

        return new Klines("SYNTHETIC", times, open, high, low, close, volume);
    }
}
