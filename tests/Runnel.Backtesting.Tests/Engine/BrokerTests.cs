namespace Runnel.Backtesting.Tests;

public sealed class BrokerTests
{
    private static readonly BacktestSettings OneUnit = new() { Size = OrderSize.Units(1), Lot = 1 };

    [Fact]
    public void Fills_at_the_next_open_and_closes_at_the_next_open()
    {
        Klines klines = Bars.From((100, 101, 99, 100), (102, 103, 101, 102), (105, 106, 104, 105), (107, 108, 106, 107));

        Trade trade = Run(klines, OneUnit, (0, c => c.Enter(TradeSide.Long)), (2, c => c.CloseAll())).Trades.Single();

        Assert.Equal((1, 102.0, 3, 107.0, 5.0), (trade.EntryBar, trade.EntryPrice, trade.ExitBar, trade.ExitPrice, trade.Pnl));
    }

    [Fact]
    public void Fills_at_the_close_of_the_signal_where_the_settings_say_so_and_leaves_that_bars_equity_alone()
    {
        Klines klines = Bars.From((100, 101, 99, 100), (102, 103, 101, 102), (105, 106, 104, 105));

        BacktestResult result = Run(klines, OneUnit with { TradeOnClose = true }, (0, c => c.Enter(TradeSide.Long)), (1, c => c.CloseAll()));

        Trade trade = result.Trades.Single();
        Assert.Equal((0, 100.0, 1, 102.0), (trade.EntryBar, trade.EntryPrice, trade.ExitBar, trade.ExitPrice));
        Assert.Equal([10_000, 10_002, 10_002], result.Equity);
    }

    [Fact]
    public void Never_fills_an_order_of_the_last_bar()
    {
        BacktestResult result = Run(Bars.FromCloses(100, 101, 102), OneUnit, (2, c => c.Enter(TradeSide.Long)));

        Assert.Empty(result.Trades);
        Assert.Empty(result.OpenTrades);
    }

    [Fact]
    public void Marks_an_open_trade_and_does_not_close_it()
    {
        BacktestResult result = Run(Bars.FromCloses(100, 101, 110), OneUnit with { Commission = 0.01 }, (0, c => c.Enter(TradeSide.Short)));

        Assert.Empty(result.Trades);
        Assert.Equal((TradeSide.Short, -10.0), (result.OpenTrades[0].Side, result.OpenTrades[0].UnrealizedPnl));
        Assert.Equal(10_000 - 1 - 10, result.Equity[^1], 1e-9);
        Assert.Equal(0, result.Statistics.CommissionPaid);
    }

    [Fact]
    public void Takes_the_stop_loss_where_one_bar_hits_both_levels()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 120, 80, 100));

        Trade trade = Run(klines, OneUnit, (0, c => c.Enter(TradeSide.Long, stopLoss: 90, takeProfit: 110))).Trades.Single();

        Assert.Equal((ExitReason.StopLoss, 90.0, 2), (trade.Reason, trade.ExitPrice, trade.ExitBar));
    }

    [Theory]
    [InlineData(TradeSide.Long, 90, 110, 85, ExitReason.StopLoss)]
    [InlineData(TradeSide.Long, 90, 110, 115, ExitReason.TakeProfit)]
    [InlineData(TradeSide.Short, 110, 90, 115, ExitReason.StopLoss)]
    [InlineData(TradeSide.Short, 110, 90, 85, ExitReason.TakeProfit)]
    public void Fills_a_level_that_the_market_jumped_over_at_the_open(TradeSide side, double stop, double target, double open, ExitReason reason)
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (open, open, open, open));

        Trade trade = Run(klines, OneUnit, (0, c => c.Enter(side, stopLoss: stop, takeProfit: target))).Trades.Single();

        Assert.Equal((reason, open), (trade.Reason, trade.ExitPrice));
    }

    [Fact]
    public void Can_stop_a_market_entry_out_on_the_bar_of_its_fill()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 101, 80, 100), (100, 100, 100, 100));

        Trade trade = Run(klines, OneUnit, (0, c => c.Enter(TradeSide.Long, stopLoss: 90))).Trades.Single();

        Assert.Equal((1, 1, 90.0), (trade.EntryBar, trade.ExitBar, trade.ExitPrice));
    }

    [Fact]
    public void Fills_a_stop_entry_at_its_level_or_the_open_beyond_it_and_only_while_it_lives()
    {
        Klines touched = Bars.From((100, 100, 100, 100), (100, 106, 99, 100), (100, 100, 100, 100));
        Klines jumped = Bars.From((100, 100, 100, 100), (108, 109, 107, 108), (100, 100, 100, 100));
        Klines late = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 109, 100, 100));

        OpenTrade[] At(Klines klines, int bars) => [.. Run(klines, OneUnit, (0, c => c.EnterAtStop(TradeSide.Long, 105, bars))).OpenTrades];

        Assert.Equal(105, At(touched, 1).Single().EntryPrice);
        Assert.Equal(108, At(jumped, 1).Single().EntryPrice);
        Assert.Empty(At(late, 1));
        Assert.Equal(2, At(late, 2).Single().EntryBar);
    }

    [Fact]
    public void Fills_a_limit_entry_at_its_level_or_better()
    {
        Klines touched = Bars.From((100, 100, 100, 100), (100, 101, 94, 100), (100, 100, 100, 100));
        Klines jumped = Bars.From((100, 100, 100, 100), (92, 93, 91, 92), (100, 100, 100, 100));

        Assert.Equal(95, Run(touched, OneUnit, (0, c => c.EnterAtLimit(TradeSide.Long, 95))).OpenTrades.Single().EntryPrice);
        Assert.Equal(92, Run(jumped, OneUnit, (0, c => c.EnterAtLimit(TradeSide.Long, 95))).OpenTrades.Single().EntryPrice);
        Assert.Empty(Run(jumped, OneUnit, (0, c => c.EnterAtLimit(TradeSide.Long, 90))).OpenTrades);
    }

    [Fact]
    public void Lets_a_stop_follow_the_best_price_and_never_back()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 120, 100, 115), (115, 116, 111, 112), (112, 112, 109, 110));

        Trade trade = Run(klines, OneUnit, (0, c => c.Enter(TradeSide.Long, trail: 10))).Trades.Single();

        Assert.Equal((ExitReason.TrailingStop, 4, 110.0), (trade.Reason, trade.ExitBar, trade.ExitPrice));
    }

    [Fact]
    public void Keeps_a_fixed_stop_until_the_trail_is_nearer()
    {
        Klines early = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 101, 94, 100));
        Klines late = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 110, 100, 108), (108, 108, 99, 100));

        Trade stopped = Run(early, OneUnit, (0, c => c.Enter(TradeSide.Long, stopLoss: 95, trail: 10))).Trades.Single();
        Trade trailed = Run(late, OneUnit, (0, c => c.Enter(TradeSide.Long, stopLoss: 95, trail: 10))).Trades.Single();

        Assert.Equal((ExitReason.StopLoss, 95.0), (stopped.Reason, stopped.ExitPrice));
        Assert.Equal((ExitReason.TrailingStop, 100.0), (trailed.Reason, trailed.ExitPrice));
    }

    [Fact]
    public void Takes_spread_on_entries_alone_and_slippage_on_entries_and_exits()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100));
        (int, Action<StrategyContext>)[] steps = [(0, c => c.Enter(TradeSide.Short)), (1, c => c.CloseAll())];

        Trade spread = Run(klines, OneUnit with { Spread = 0.01 }, steps).Trades.Single();
        Trade slipped = Run(klines, OneUnit with { Slippage = 0.01 }, steps).Trades.Single();

        Assert.Equal((99.0, 100.0), (spread.EntryPrice, spread.ExitPrice));
        Assert.Equal((99.0, 101.0), (slipped.EntryPrice, slipped.ExitPrice));
    }

    [Fact]
    public void Rounds_a_fraction_down_to_lots_and_does_not_lose_one_to_binary_fractions()
    {
        BacktestSettings settings = new() { Cash = 30, Lot = 0.1, Size = OrderSize.Fraction(1) };

        Assert.Equal(0.3, Run(Bars.FromCloses(100, 100, 100), settings, (0, c => c.Enter(TradeSide.Long))).OpenTrades.Single().Size, 1e-12);
        Assert.Equal(0.2, Run(Bars.FromCloses(101, 101, 101), settings, (0, c => c.Enter(TradeSide.Long))).OpenTrades.Single().Size, 1e-12);
    }

    [Fact]
    public void Drops_an_order_that_does_not_fit_the_margin_and_counts_it()
    {
        BacktestSettings settings = OneUnit with { Cash = 150 };

        BacktestResult result = Run(Bars.FromCloses(100, 100, 100, 100), settings, (0, c => c.Enter(TradeSide.Long)), (1, c => c.Enter(TradeSide.Long)));

        Assert.Single(result.OpenTrades);
        Assert.Equal(1, result.Statistics.OrdersDropped);
    }

    [Fact]
    public void Sizes_by_the_risk_up_to_the_stop_and_refuses_that_without_a_stop()
    {
        BacktestSettings settings = new() { Cash = 1000, Lot = 1, Size = OrderSize.Risk(0.02) };
        Klines klines = Bars.FromCloses(100, 100, 100);

        Assert.Equal(4, Run(klines, settings, (0, c => c.Enter(TradeSide.Long, stopLoss: 95))).OpenTrades.Single().Size);
        Assert.Equal(2, Run(klines, settings, (0, c => c.Enter(TradeSide.Long, stopLoss: 80, trail: 10))).OpenTrades.Single().Size);
        Assert.Equal("size.kind", Assert.Throws<BacktestInputException>(() => Run(klines, settings, (0, c => c.Enter(TradeSide.Long)))).Field);
    }

    [Fact]
    public void Closes_what_is_open_before_an_exclusive_entry()
    {
        BacktestResult result = Run(Bars.FromCloses(100, 100, 100, 100), OneUnit with { Exclusive = true },
            (0, c => c.Enter(TradeSide.Long)), (1, c => c.Enter(TradeSide.Short)));

        Assert.Equal((1, 2, TradeSide.Long), (result.Trades[0].EntryBar, result.Trades[0].ExitBar, result.Trades[0].Side));
        Assert.Equal((2, TradeSide.Short), (result.OpenTrades[0].EntryBar, result.OpenTrades[0].Side));
    }

    [Fact]
    public void Makes_longs_pay_a_positive_funding_rate_and_pays_it_to_shorts()
    {
        BacktestSettings settings = OneUnit with { Funding = new FundingRates([2 * Bars.Hour], [0.01]) };
        Klines klines = Bars.FromCloses(100, 100, 100, 100);

        Assert.Equal(9_999, Run(klines, settings, (0, c => c.Enter(TradeSide.Long))).Equity[^1]);
        Assert.Equal(10_001, Run(klines, settings, (0, c => c.Enter(TradeSide.Short))).Equity[^1]);
        Assert.Equal(10_000, Run(klines, settings, (1, c => c.Enter(TradeSide.Long))).Equity[^1]);
    }

    [Fact]
    public void Makes_payments_between_two_bars_at_the_later_one_unless_told_to_leave_them_out()
    {
        BacktestSettings settings = OneUnit with { Funding = new FundingRates([Bars.Hour * 3 / 2, 2 * Bars.Hour + 1], [0.01, 0.01]) };
        Klines klines = Bars.FromCloses(100, 100, 100, 100);
        (int, Action<StrategyContext>) entry = (0, c => c.Enter(TradeSide.Long));

        Assert.Equal([2, 3], Run(klines, settings, entry).FundingPayments.Select(p => p.Bar));
        Assert.Empty(Run(klines, settings with { FundingBetweenBars = false }, entry).FundingPayments);
    }

    [Fact]
    public void Liquidates_where_the_market_jumps_over_stop_and_liquidation_price_together()
    {
        BacktestSettings settings = OneUnit with { Leverage = 10, MaintenanceMargin = 0.005 };
        Klines jumped = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (80, 80, 80, 80));
        Klines slid = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 80, 80));

        Trade liquidated = Run(jumped, settings, (0, c => c.Enter(TradeSide.Long, stopLoss: 95))).Trades.Single();
        Trade stopped = Run(slid, settings, (0, c => c.Enter(TradeSide.Long, stopLoss: 95))).Trades.Single();

        Assert.Equal((ExitReason.Liquidation, 90.0, -10.0), (liquidated.Reason, liquidated.ExitPrice, liquidated.Pnl));
        Assert.Equal((ExitReason.StopLoss, 95.0), (stopped.Reason, stopped.ExitPrice));
    }

    [Fact]
    public void Ends_an_account_whose_equity_reaches_zero_and_trades_no_more()
    {
        BacktestSettings settings = new() { Cash = 100, Lot = 1, Leverage = 2, Size = OrderSize.Units(1) };

        BacktestResult result = Run(Bars.FromCloses(100, 100, 150, 250, 100, 100), settings,
            (0, c => c.Enter(TradeSide.Short)), (4, c => c.Enter(TradeSide.Long)));

        Assert.Equal((ExitReason.Ruin, 3, 250.0), (result.Trades[0].Reason, result.Trades[0].ExitBar, result.Trades[0].ExitPrice));
        Assert.Equal([100, 100, 50, 0, 0, 0], result.Equity);
        Assert.Equal(-100, result.Statistics.TotalReturnPercent);
        Assert.Equal(100, result.Statistics.MaxDrawdownPercent);
    }

    [Fact]
    public void Leaves_figures_undefined_that_have_nothing_to_stand_on()
    {
        BacktestStatistics statistics = Run(Bars.FromCloses(100, 101), OneUnit).Statistics;

        Assert.Equal((0, 0.0, 0.0), (statistics.Trades, statistics.TotalReturnPercent, statistics.MaxDrawdownPercent));
        Assert.Null(statistics.WinRatePercent);
        Assert.Null(statistics.ProfitFactor);
        Assert.Null(statistics.Sharpe);
        Assert.Null(statistics.Calmar);
    }

    [Fact]
    public void Shows_a_strategy_nothing_beyond_the_bar_that_closed()
    {
        List<(int, int)> seen = [];
        Klines klines = Bars.FromCloses(1, 2, 3, 4);

        Run(klines, OneUnit, [.. Enumerable.Range(0, 4).Select(bar => (bar, (Action<StrategyContext>)(c => seen.Add(((int)c.Close, c.Closes.Length)))))]);

        Assert.Equal([(1, 1), (2, 2), (3, 3), (4, 4)], seen);
    }

    [Fact]
    public void Refuses_klines_without_bars()
    {
        Klines none = new("NONE", [], [], [], [], [], []);

        Assert.Equal("klines", Assert.Throws<BacktestInputException>(() => Run(none, OneUnit)).Field);
    }

    [Fact]
    public void Tells_its_progress_and_stops_when_it_is_cancelled()
    {
        Klines klines = RandomMarket.Create(bars: 200_000, seed: 1);
        Strategy strategy = Strategies.Create("sma_cross");
        Recorder recorder = new();
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Backtest.Run(klines, strategy, new BacktestSettings(), recorder, TestContext.Current.CancellationToken);

        Assert.Equal(recorder.Reports.Order(), recorder.Reports);
        Assert.True(recorder.Reports.Count > 3);
        Assert.Equal(1, recorder.Reports[^1]);
        Assert.Throws<OperationCanceledException>(() => Backtest.Run(klines, strategy, new BacktestSettings(), null, cancelled.Token));
    }

    private static BacktestResult Run(Klines klines, BacktestSettings settings, params (int, Action<StrategyContext>)[] steps) =>
        Backtest.Run(klines, new Script(steps), settings, cancellationToken: TestContext.Current.CancellationToken);

    private sealed class Recorder : IProgress<double>
    {
        public List<double> Reports { get; } = [];

        public void Report(double value) => Reports.Add(value);
    }
}
