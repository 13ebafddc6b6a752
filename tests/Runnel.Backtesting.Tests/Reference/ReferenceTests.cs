namespace Runnel.Backtesting.Tests;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(1000)]
    [InlineData(1500)]
    public void Trades_as_a_slow_engine_in_decimal_arithmetic_does(int firstSeed)
    {
        int trades = 0, ties = 0;
        for (int seed = firstSeed; seed < firstSeed + 500; seed++)
        {
            if (Compare(seed) is { } compared)
                trades += compared;
            else
                ties++;
        }

        Assert.True(trades > 5000, $"only {trades} trades were compared");
        Assert.True(ties < 25, $"{ties} runs hang on a rounding tie");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    [InlineData(1400)]
    [InlineData(2100)]
    public void Fills_orders_of_every_kind_as_a_slow_engine_does(int firstSeed)
    {
        int trades = 0, ties = 0;
        for (int seed = firstSeed; seed < firstSeed + 700; seed++)
        {
            RandomBroker random = RandomBroker.Create(seed);
            BacktestResult fast = Backtest.Run(random.Klines, random.Orders, random.Settings, cancellationToken: TestContext.Current.CancellationToken);
            SlowBroker slow = random.Orders.RunSlowly(random.Klines, random.Settings);
            if (slow.HangsOnTie)
                ties++;
            else
                trades += Compare(slow, fast, $"seed {seed}: {random.Settings}");
        }

        Assert.True(trades > 5000, $"only {trades} trades were compared");
        Assert.True(ties < 35, $"{ties} runs hang on a rounding tie");
    }

    private static int? Compare(int seed)
    {
        RandomCase random = RandomCase.Create(seed);
        BacktestResult fast = Backtest.Run(random.Klines, random.Strategy, random.Settings, cancellationToken: TestContext.Current.CancellationToken);
        SlowBroker slow = SlowStrategies.Run(random.Klines, random.Strategy.Info.Name, random.Strategy.Parameters, random.Settings);
        return slow.HangsOnTie ? null : Compare(slow, fast, $"seed {seed}: {random.Strategy}, {random.Settings}");
    }

    private static int Compare(SlowBroker slow, BacktestResult fast, string name)
    {
        for (int i = 0; i < Math.Min(slow.Closed.Count, fast.Trades.Count); i++)
        {
            (Trade ours, SlowTrade theirs) = (fast.Trades[i], slow.Closed[i]);
            string trade = $"trade {i} of {name}";
            Assert.True((theirs.EntryBar, theirs.ExitBar, theirs.Reason) == (ours.EntryBar, ours.ExitBar, ours.Reason)
                && theirs.IsLong == (ours.Side == TradeSide.Long), $"{trade}: {theirs.EntryBar} {theirs.ExitBar} {theirs.Reason} against {ours}");
            Near(Math.Abs(theirs.Units), ours.Size, 1e-9, trade);
            Near(theirs.Entry, ours.EntryPrice, 1e-9, trade);
            Near(theirs.Exit, ours.ExitPrice, 1e-9, trade);
            Near(theirs.EntryFee + theirs.ExitFee, ours.Fees, 1e-9, trade);
            Near(theirs.Gain(theirs.Exit) - theirs.EntryFee - theirs.ExitFee, ours.Pnl, 1e-7, trade);
        }

        Assert.True((slow.Closed.Count, slow.Open.Count) == (fast.Trades.Count, fast.OpenTrades.Count),
            $"{slow.Closed.Count} closed and {slow.Open.Count} open against {fast.Trades.Count} and {fast.OpenTrades.Count} in {name}");
        for (int bar = 0; bar < slow.Equity.Count; bar++)
            Near(slow.Equity[bar], fast.Equity[bar], 1e-9, $"equity of bar {bar} of {name}");
        return fast.Trades.Count;
    }

    private static void Near(decimal expected, double actual, double tolerance, string name) => Assert.True(
        Math.Abs((double)expected - actual) <= tolerance * Math.Max(1, Math.Abs(actual)), $"{name}: expected {expected}, got {actual}");
}
