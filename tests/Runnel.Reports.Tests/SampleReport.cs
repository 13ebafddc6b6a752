using Runnel.Backtesting;

namespace Runnel.Reports.Tests;

/// <summary>Reports of a moving-average crossover over a seeded random walk.</summary>
internal static class SampleReport
{
    public static BacktestReport Create(int bars = 3_000, string title = "sample", bool synthetic = true, BacktestSettings? settings = null)
    {
        Klines klines = Walk(bars);
        settings ??= new BacktestSettings { Commission = 0.0006, Direction = TradeDirection.LongShort, Exclusive = true };
        Strategy strategy = Strategies.Create("sma_cross", new Dictionary<string, double> { ["fast"] = 5, ["slow"] = 20 });
        return new BacktestReport
        {
            Title = title,
            Strategy = strategy.ToString(),
            Interval = "1h",
            Source = "random walk",
            IsSynthetic = synthetic,
            Klines = klines,
            Settings = settings,
            Result = Backtest.Run(klines, strategy, settings),
        };
    }

    private static Klines Walk(int bars)
    {
        Random random = new(11);
        long[] times = new long[bars];
        double[] open = new double[bars], high = new double[bars], low = new double[bars], close = new double[bars], volume = new double[bars];
        double last = 20_000;
        for (int i = 0; i < bars; i++)
        {
            times[i] = 1_672_531_200_000 + i * 3_600_000L; // 2023-01-01
            open[i] = last;
            close[i] = last = Math.Round(last * (1 + (random.NextDouble() - 0.499) * 0.02), 2);
            high[i] = Math.Max(open[i], close[i]) + 5;
            low[i] = Math.Min(open[i], close[i]) - 5;
            volume[i] = 1;
        }

        return new Klines("WALK", times, open, high, low, close, volume);
    }
}
