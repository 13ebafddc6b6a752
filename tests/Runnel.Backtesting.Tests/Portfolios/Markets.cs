namespace Runnel.Backtesting.Tests.Portfolios;

/// <summary>Random portfolios: some symbols begin later or end sooner, and each has bars missing.</summary>
internal static class Markets
{
    private static readonly string[] Names = ["sma_cross", "rsi_mr", "donchian", "atr_trailing", "bollinger", "supertrend"];

    public static Klines Market(string symbol, int seed, int bars = 1_500, double missing = 0.02)
    {
        Klines whole = RandomMarket.Create(bars, seed);
        Random random = new(seed);
        int first = random.Next(200), last = bars - random.Next(200);
        int[] kept = [.. Enumerable.Range(0, bars).Where(i => i >= first && i < last && random.NextDouble() >= missing)];
        double[] Column(ReadOnlySpan<double> values)
        {
            double[] column = new double[kept.Length];
            for (int i = 0; i < kept.Length; i++)
                column[i] = values[kept[i]];
            return column;
        }

        long[] times = whole.OpenTimes.ToArray();
        return new Klines(symbol, [.. kept.Select(i => times[i])], Column(whole.Open), Column(whole.High), Column(whole.Low), Column(whole.Close), Column(whole.Volume));
    }

    public static PortfolioMember[] Members(int seed, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new PortfolioMember(Market($"COIN{i}", seed * 100 + i), Strategies.Create(Names[(seed + i) % Names.Length]))
        {
            Share = i % 3 == 0 ? null : 0.9 / count,
            Lot = i % 2 == 0 ? null : 0.001,
        })];

    public static BacktestSettings Settings(int seed)
    {
        TradeDirection direction = seed % 2 == 0 ? TradeDirection.LongOnly : TradeDirection.LongShort;
        return new BacktestSettings
        {
            Cash = 100_000,
            Commission = 0.0006,
            Slippage = 0.0001,
            Leverage = seed % 3 == 0 ? 3 : 1,
            Lot = 0.01,
            Direction = direction,
            Exclusive = direction == TradeDirection.LongShort,
        };
    }
}
