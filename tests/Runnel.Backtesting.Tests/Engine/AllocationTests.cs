namespace Runnel.Backtesting.Tests;

public sealed class AllocationTests
{
    [Theory]
    [InlineData("sma_cross")]
    [InlineData("rsi_mr")]
    [InlineData("atr_trailing")]
    [InlineData("grid")]
    public void A_longer_run_for_statistics_allocates_no_more_than_a_short_one(string name)
    {
        Strategy strategy = Strategies.Create(name);

        long few = Least(RandomMarket.Create(bars: 5_000, seed: 2), strategy), many = Least(RandomMarket.Create(bars: 10_000, seed: 2), strategy);

        Assert.InRange(many, 0, few);
    }

    [Theory]
    [InlineData("ema(close, 9) > ema(close, 21)", "rsi(14) > 70")]
    [InlineData("close > interval(\"4h\", sma(close, 3))", "bars_since_entry > 5 or close < entry_price")]
    public void Neither_does_a_declared_strategy(string entry, string exit)
    {
        Strategy strategy = DeclaredStrategy.Compile(new StrategyDeclaration
        {
            EntryLong = entry,
            ExitLong = exit,
            StopLoss = new(DeclaredLevelKind.Percent, "3"),
        }).Create();
        bool makesBars = entry.Contains("interval", StringComparison.Ordinal); // those are allocated

        long few = Least(RandomMarket.Create(bars: 5_000, seed: 2), strategy), many = Least(RandomMarket.Create(bars: 10_000, seed: 2), strategy);

        Assert.InRange(many, 0, makesBars ? few + 5_000 * 40 : few);
    }

    // The least of several: a collection empties array pools, which are then filled anew.
    private static long Least(Klines klines, Strategy strategy)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Backtest.RunStatistics(klines, strategy, new BacktestSettings(), TestContext.Current.CancellationToken);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
