namespace Runnel.Backtesting.Tests;

public sealed class OrderTests
{
    private static readonly BacktestSettings OneUnit = new() { Size = OrderSize.Units(1), Lot = 1 };

    [Theory]
    [InlineData(103, 105, 99, 104, 104.0)]
    [InlineData(110, 111, 106, 108, 106.0)] // opens beyond the limit and comes back to it
    public void A_stop_limit_entry_fills_within_its_limit(double open, double high, double low, double close, double price)
    {
        Klines klines = Bars.From((100, 100, 100, 100), (open, high, low, close));

        BacktestResult result = Run(klines, OneUnit, (0, c => c.Place(new EntryRequest { Kind = EntryKind.StopLimit, Price = 104, LimitPrice = 106 })));

        Assert.Equal(price, result.OpenTrades.Single().EntryPrice);
    }

    [Fact]
    public void A_stop_limit_entry_that_gapped_over_its_limit_waits_there_as_a_maker()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (110, 112, 109, 111), (108, 109, 105, 106));
        BacktestSettings settings = OneUnit with { Commission = 0.01, MakerCommission = 0 };

        BacktestResult result = Run(klines, settings, (0, c => c.Place(new EntryRequest { Kind = EntryKind.StopLimit, Price = 104, LimitPrice = 106, Bars = 2 })));

        Assert.Equal((2, 106.0), (result.OpenTrades.Single().EntryBar, result.OpenTrades.Single().EntryPrice));
        Assert.Equal(10_000, result.Equity[^1]);
    }

    [Fact]
    public void Of_a_group_the_first_that_fills_cancels_the_others()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 106, 99, 105), (105, 105, 90, 91));

        BacktestResult result = Run(klines, OneUnit, (0, c =>
        {
            c.Place(new EntryRequest { Kind = EntryKind.Stop, Side = TradeSide.Long, Price = 105, Bars = 5, Group = 1 });
            c.Place(new EntryRequest { Kind = EntryKind.Stop, Side = TradeSide.Short, Price = 95, Bars = 5, Group = 1 });
        }
        ));

        Assert.Equal(TradeSide.Long, result.OpenTrades.Single().Side);
    }

    [Fact]
    public void Levels_of_open_trades_can_be_moved()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 101, 99, 100), (100, 110, 98, 104), (104, 105, 101, 102));

        Trade trade = Run(klines, OneUnit, (0, c => c.Enter(TradeSide.Long, stopLoss: 90)), (2, c => c.SetStopLoss(102))).Trades.Single();

        Assert.Equal((ExitReason.StopLoss, 102.0, 3), (trade.Reason, trade.ExitPrice, trade.ExitBar));
    }

    [Fact]
    public void Ticks_never_round_in_the_traders_favor()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100.3, 101, 99, 100), (100, 101, 96, 97), (97, 98, 96, 97));
        BacktestSettings settings = OneUnit with { Tick = 0.5, Slippage = 0.001 };

        Trade trade = Run(klines, settings, (0, c => c.Enter(TradeSide.Long, stopLoss: 98.7))).Trades.Single();

        Assert.Equal((100.5, 98.0), (trade.EntryPrice, trade.ExitPrice)); // stop at 98.5, slipped to 98.4015
    }

    [Fact]
    public void What_is_too_small_to_trade_is_dropped_and_counted()
    {
        BacktestResult result = Run(Bars.FromCloses(100, 100, 100), OneUnit with { MinNotional = 101 }, (0, c => c.Enter(TradeSide.Long)));

        Assert.Empty(result.OpenTrades);
        Assert.Equal(1, result.Statistics.OrdersDropped);
    }

    [Theory]
    [InlineData(0.3, 1, 0)] // three lots of 0.1 are not quite 0.3 as doubles
    [InlineData(0.31, 0, 1)]
    [InlineData(0.4, 0, 1)]
    public void An_entry_under_the_least_size_is_dropped_and_counted(double least, int open, int dropped)
    {
        BacktestSettings settings = OneUnit with { Lot = 0.1, Size = OrderSize.Units(0.1 + 0.2), MinSize = least };

        BacktestResult result = Run(Bars.FromCloses(100, 100, 100), settings, (0, c => c.Enter(TradeSide.Long)));

        Assert.Equal((open, dropped), (result.OpenTrades.Count, result.Statistics.OrdersDropped));
    }

    [Fact]
    public void A_large_share_of_the_volume_costs_its_square_and_may_be_bounded()
    {
        Klines klines = Bars.FromCloses(100, 100, 100); // volume 1 a bar
        BacktestSettings settings = OneUnit with { Lot = 0.125, Size = OrderSize.Units(0.5), VolumeImpact = 0.125 };

        OpenTrade whole = Run(klines, settings, (0, c => c.Enter(TradeSide.Long))).OpenTrades.Single();
        OpenTrade bounded = Run(klines, settings with { VolumeLimit = 0.25 }, (0, c => c.Enter(TradeSide.Long))).OpenTrades.Single();

        Assert.Equal((0.5, 103.125), (whole.Size, whole.EntryPrice));
        Assert.Equal((0.25, 100.78125), (bounded.Size, bounded.EntryPrice));
    }

    [Fact]
    public void Limit_fills_pay_the_makers_fee_and_others_the_takers()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 111, 100, 110), (110, 110, 110, 110));
        BacktestSettings settings = OneUnit with { Commission = 0.01, MakerCommission = -0.001 };

        Trade market = Run(klines, settings, (0, c => c.Enter(TradeSide.Long, takeProfit: 110))).Trades.Single();
        Trade limit = Run(klines, settings, (0, c => c.EnterAtLimit(TradeSide.Long, 100, takeProfit: 110)), (1, c => c.CloseAll())).Trades.Single();

        Assert.Equal(1 - 0.11, market.Fees, 1e-12);
        Assert.Equal(-0.1 + 1, limit.Fees, 1e-12);
    }

    [Fact]
    public void Levels_by_the_settings_stand_in_for_those_that_the_strategy_left_out()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 101, 99, 100), (100, 104.1, 97, 100));
        BacktestSettings settings = OneUnit with { StopLoss = LevelRule.Percent(0.02), TakeProfit = LevelRule.Risk(2) };

        Trade stopped = Run(klines, settings, (0, c => c.Enter(TradeSide.Long))).Trades.Single();
        Trade own = Run(klines, settings, (0, c => c.Enter(TradeSide.Long, stopLoss: 90, takeProfit: 104))).Trades.Single();

        Assert.Equal((ExitReason.StopLoss, 98.0), (stopped.Reason, stopped.ExitPrice));
        Assert.Equal((ExitReason.TakeProfit, 104.0), (own.Reason, own.ExitPrice));
    }

    [Fact]
    public void Kelly_bets_a_tenth_until_twenty_trades_are_closed_and_its_fraction_then()
    {
        // Of each four trades three gain 10 % and one loses 10 %: W is 0.75, R is 1, the fraction 0.5.
        double[] closes = [.. Enumerable.Range(0, 100).Select(i => i % 4 < 2 ? 100.0 : i % 16 < 12 ? 110.0 : 90.0)];
        (int, Action<StrategyContext>)[] steps = [.. Enumerable.Range(0, 96).Where(i => i % 2 == 0)
            .Select(i => (i, (Action<StrategyContext>)(c => (i % 4 == 0 ? () => c.Enter(TradeSide.Long) : (Action)c.CloseAll)())))];

        BacktestResult result = Run(Bars.FromCloses(closes), new BacktestSettings { Size = OrderSize.Kelly(1), Lot = 1e-6 }, steps);

        double cash = 10_000 + result.Trades.Take(20).Sum(t => t.Pnl);
        Assert.Equal(0.1 * 10_000 / 100, result.Trades[0].Size, 1e-5);
        Assert.Equal(0.5 * cash / 100, result.Trades[20].Size, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Settings_that_make_no_sense_are_refused_by_name(string field, BacktestSettings settings)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(settings.Validate);

        Assert.Equal(field, error.Field);
    }

    public static TheoryData<string, BacktestSettings> Nonsense() => new()
    {
        { "tick", new BacktestSettings { Tick = -1 } },
        { "maker_commission", new BacktestSettings { MakerCommission = 1 } },
        { "min_notional", new BacktestSettings { MinNotional = double.NaN } },
        { "min_size", new BacktestSettings { MinSize = -1 } },
        { "volume_limit", new BacktestSettings { VolumeLimit = 0 } },
        { "volume_impact", new BacktestSettings { VolumeImpact = -1 } },
        { "stop_loss.value", new BacktestSettings { StopLoss = LevelRule.Percent(1) } },
        { "take_profit.period", new BacktestSettings { TakeProfit = LevelRule.Atr(1, 0) } },
        { "trailing_stop.kind", new BacktestSettings { TrailingStop = LevelRule.Risk(1) } },
        { "stop_loss.kind", new BacktestSettings { StopLoss = LevelRule.Risk(0.01), Size = OrderSize.Risk(0.01) } },
        { "require_volume", new BacktestSettings { RequireVolume = true, TradeOnClose = true } },
        { "size.value", new BacktestSettings { Size = OrderSize.Kelly(2) } },
    };

    private static BacktestResult Run(Klines klines, BacktestSettings settings, params (int, Action<StrategyContext>)[] steps) =>
        Backtest.Run(klines, new Script(steps), settings, cancellationToken: TestContext.Current.CancellationToken);
}
