using Runnel.Backtesting;

namespace Runnel.Benchmarks.Data;

/// <summary>Bars as an exchange has them: prices in ticks of 0.1, volumes in lots of 0.001.</summary>
internal static class TickMarket
{
    public static Klines Create(int bars, int seed)
    {
        Random random = new(seed);
        long[] times = new long[bars];
        double[] open = new double[bars], high = new double[bars], low = new double[bars], close = new double[bars], volume = new double[bars];
        long price = 423_000;
        for (int i = 0; i < bars; i++)
        {
            times[i] = 1_672_531_200_000 + (i * 60_000L);
            long first = price, top = first, bottom = first;
            for (int step = 0; step < 4; step++)
            {
                price = Math.Max(100_000, price + random.Next(-150, 151));
                (top, bottom) = (Math.Max(top, price), Math.Min(bottom, price));
            }

            (open[i], high[i], low[i], close[i]) = (first / 10.0, top / 10.0, bottom / 10.0, price / 10.0);
            volume[i] = Math.Round(Math.Exp(random.NextDouble() * 6) * 1_000) / 1_000;
        }

        return new Klines("BTCUSDT", times, open, high, low, close, volume);
    }
}
