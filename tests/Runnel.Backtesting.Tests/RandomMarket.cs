namespace Runnel.Backtesting.Tests;

/// <summary>Seeded random walks on a tick grid, with flat stretches, gaps and bars without volume.</summary>
internal static class RandomMarket
{
    public static Klines Create(int bars, int seed, long interval = Bars.Hour, double tick = 0.5, double start = 1000)
    {
        Random random = new(seed);
        double OnTick(double price) => Math.Max(tick, Math.Round(price / tick) * tick);
        long[] times = new long[bars];
        double[] open = new double[bars], high = new double[bars], low = new double[bars], close = new double[bars], volume = new double[bars];
        double last = OnTick(start);
        int flat = 0;
        for (int i = 0; i < bars; i++)
        {
            times[i] = 1_600_000_000_000 / interval * interval + i * interval;
            if (flat == 0 && random.Next(60) == 0)
                flat = random.Next(1, 40);
            bool isFlat = flat > 0;
            flat = Math.Max(0, flat - 1);
            open[i] = isFlat || random.Next(10) > 0 ? last : OnTick(last * (1 + (random.NextDouble() - 0.5) * 0.04));
            close[i] = isFlat ? open[i] : OnTick(open[i] * (1 + (random.NextDouble() - 0.5) * 0.03));
            high[i] = isFlat ? Math.Max(open[i], close[i]) : OnTick(Math.Max(open[i], close[i]) * (1 + random.NextDouble() * 0.01));
            low[i] = isFlat ? Math.Min(open[i], close[i]) : OnTick(Math.Min(open[i], close[i]) * (1 - random.NextDouble() * 0.01));
            (high[i], low[i]) = (Math.Max(high[i], Math.Max(open[i], close[i])), Math.Min(low[i], Math.Min(open[i], close[i])));
            volume[i] = isFlat ? 0 : Math.Round(random.NextDouble() * 100, 3);
            last = close[i];
        }

        return new Klines("RANDOM", times, open, high, low, close, volume);
    }
}
