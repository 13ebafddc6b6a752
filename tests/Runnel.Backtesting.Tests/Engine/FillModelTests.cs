namespace Runnel.Backtesting.Tests;

public sealed class FillModelTests
{
    private static readonly BacktestSettings OneUnit = new() { Size = OrderSize.Units(1), Lot = 1 };

    [Theory]
    [InlineData(100, 91, 120, 95, ExitReason.StopLoss, 92)]
    [InlineData(100, 80, 110, 95, ExitReason.TakeProfit, 108)]
    [InlineData(100, 90, 110, 105, ExitReason.StopLoss, 92)] // equally near, closes above its open: low first
    [InlineData(100, 90, 110, 95, ExitReason.TakeProfit, 108)]
    public void The_path_goes_to_the_nearer_extreme_first(double open, double low, double high, double close, ExitReason reason, double price)
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 101, 99, 100), (open, high, low, close));

        Trade trade = Run(klines, OneUnit with { FillModel = FillModel.BarPath }, (0, c => c.Enter(TradeSide.Long, stopLoss: 92, takeProfit: 108))).Trades.Single();

        Assert.Equal((reason, price), (trade.Reason, trade.ExitPrice));
    }

    [Fact]
    public void On_a_path_a_stop_entry_may_reach_its_target_on_its_own_bar()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 120, 99, 118));
        Action<StrategyContext> enter = c => c.EnterAtStop(TradeSide.Long, 105, takeProfit: 110);

        Trade trade = Run(klines, OneUnit with { FillModel = FillModel.BarPath }, (0, enter)).Trades.Single();

        Assert.Equal((1, 105.0, 1, 110.0), (trade.EntryBar, trade.EntryPrice, trade.ExitBar, trade.ExitPrice));
        Assert.Empty(Run(klines, OneUnit, (0, enter)).Trades);
    }

    [Fact]
    public void On_a_path_a_trailing_stop_follows_the_high_and_is_hit_on_the_way_to_the_close()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 120, 99, 110));

        Trade trade = Run(klines, OneUnit with { FillModel = FillModel.BarPath }, (0, c => c.Enter(TradeSide.Long, trail: 5))).Trades.Single();

        Assert.Equal((ExitReason.TrailingStop, 115.0, 1), (trade.Reason, trade.ExitPrice, trade.ExitBar));
    }

    [Fact]
    public void Finer_bars_tell_which_level_came_first()
    {
        Klines coarse = Bars.From((100, 100, 100, 100), (100, 110, 90, 100));
        Klines finer = new("TEST", [0, Bars.Hour, Bars.Hour + 1, Bars.Hour + 2], [100, 100, 109, 95], [100, 110, 109, 100], [100, 100, 90, 95], [100, 109, 95, 100], [1, 1, 1, 1]);
        (int, Action<StrategyContext>) enter = (0, c => c.Enter(TradeSide.Long, stopLoss: 92, takeProfit: 108));

        Trade refined = Run(coarse, OneUnit with { FinerKlines = finer }, enter).Trades.Single();
        BacktestResult torn = Run(coarse, OneUnit with { FinerKlines = finer.Slice(0, 3) }, enter);

        Assert.Equal((ExitReason.TakeProfit, 108.0, 1, Bars.Hour), (refined.Reason, refined.ExitPrice, refined.ExitBar, refined.ExitTime));
        Assert.Equal(ExitReason.StopLoss, torn.Trades.Single().Reason);
        Assert.Contains("1 of 2 bars were worked off whole", Assert.Single(torn.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Orders_wait_on_bars_without_volume_where_told_and_a_warning_counts_them_either_way()
    {
        Klines klines = new("TEST", [0, 1, 2], [100, 101, 102], [100, 101, 102], [100, 101, 102], [100, 101, 102], [1, 0, 1]);

        BacktestResult waits = Run(klines, OneUnit with { RequireVolume = true }, (0, c => c.Enter(TradeSide.Long)));
        BacktestResult fills = Run(klines, OneUnit, (0, c => c.Enter(TradeSide.Long)));

        Assert.Equal((2, 1), (waits.OpenTrades.Single().EntryBar, fills.OpenTrades.Single().EntryBar));
        Assert.Contains("1 of 3 bars have no volume", Assert.Single(waits.Warnings), StringComparison.Ordinal);
        Assert.Contains("require_volume", Assert.Single(fills.Warnings), StringComparison.Ordinal);
    }

    private static BacktestResult Run(Klines klines, BacktestSettings settings, params (int, Action<StrategyContext>)[] steps) =>
        Backtest.Run(klines, new Script(steps), settings, cancellationToken: TestContext.Current.CancellationToken);
}
