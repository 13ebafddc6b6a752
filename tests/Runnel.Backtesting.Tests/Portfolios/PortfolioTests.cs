using System.Text.Json;

namespace Runnel.Backtesting.Tests.Portfolios;

public sealed class PortfolioTests
{
    private const double Tolerance = 1e-9;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Shuffling_the_symbols_changes_nothing(int seed)
    {
        PortfolioMember[] members = Markets.Members(seed, 5), shuffled = [.. members];
        new Random(seed).Shuffle(shuffled);

        PortfolioResult expected = Portfolio.Run(members, Markets.Settings(seed), cancellationToken: Token);
        PortfolioResult actual = Portfolio.Run(shuffled, Markets.Settings(seed), cancellationToken: Token);

        Assert.True(expected.Statistics.Trades > 50, $"{expected.Statistics.Trades} trades");
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_symbols_own_steps_and_minima_take_the_place_of_those_of_all(int seed)
    {
        PortfolioMember[] members = Markets.Members(seed, 3);
        BacktestSettings all = Markets.Settings(seed), own = all with { Tick = 0.5, Lot = 0.01, MinSize = 0.02, MinNotional = 50 };

        PortfolioResult expected = Portfolio.Run([.. members.Select(m => m with { Lot = null })], own, cancellationToken: Token);
        PortfolioResult actual = Portfolio.Run([.. members.Select(m => m with { Tick = 0.5, Lot = 0.01, MinSize = 0.02, MinNotional = 50 })], all, cancellationToken: Token);
        PortfolioResult without = Portfolio.Run(members, all, cancellationToken: Token);

        Assert.Equal(expected.Equity, actual.Equity);
        Assert.NotEqual(without.Equity, actual.Equity);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_a_symbol_is_called_changes_no_trade(int seed)
    {
        PortfolioMember[] members = Markets.Members(seed, 4);
        PortfolioMember[] renamed = [.. members.Select((m, i) => m with { Klines = Renamed(m.Klines, $"A{9 - i}") })];

        PortfolioResult expected = Portfolio.Run(members, Markets.Settings(seed), cancellationToken: Token);
        PortfolioResult actual = Portfolio.Run(renamed, Markets.Settings(seed), cancellationToken: Token);

        Assert.Equal(
            expected.Members.Select(m => m.Trades.Select(t => (t.EntryTime, t.ExitTime, t.EntryPrice, t.ExitPrice, t.Reason))),
            actual.Members.Reverse().Select(m => m.Trades.Select(t => (t.EntryTime, t.ExitTime, t.EntryPrice, t.ExitPrice, t.Reason))));
        Assert.Equal(expected.Equity[^1], actual.Equity[^1], expected.Equity[^1] * 1e-4); // the last digits of sums decide on a lot now and then
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Cash_and_positions_are_the_equity_at_every_step(int seed)
    {
        BacktestSettings settings = Markets.Settings(seed);
        PortfolioMember[] members = Markets.Members(seed, 4);

        PortfolioResult result = Portfolio.Run(members, settings, cancellationToken: Token);

        long[][] times = [.. members.Select(m => m.Klines.OpenTimes.ToArray())];
        for (int step = 0; step < result.Times.Count; step++)
        {
            double equity = settings.Cash;
            foreach ((PortfolioMember member, PortfolioMemberResult did, long[] own) in members.Zip(result.Members, times))
            {
                equity += did.Trades.Where(t => t.ExitBar <= step).Sum(t => t.Pnl);
                int bar = Array.BinarySearch(own, result.Times[step]);
                bar = bar < 0 ? ~bar - 1 : bar;
                if (bar < 0)
                    continue;
                IEnumerable<(TradeSide Side, double Size, double Price)> held = did.Trades.Where(t => t.EntryBar <= step && t.ExitBar > step).Select(t => (t.Side, t.Size, t.EntryPrice))
                    .Concat(did.OpenTrades.Where(t => t.EntryBar <= step).Select(t => (t.Side, t.Size, t.EntryPrice)));
                foreach ((TradeSide side, double size, double price) in held)
                    equity += (side == TradeSide.Long ? size : -size) * (member.Klines.Close[bar] - price) - settings.Commission * size * price;
            }

            Assert.Equal(equity, result.Equity[step], Math.Abs(equity) * Tolerance);
        }

        Assert.Equal(result.Statistics.FinalEquity, settings.Cash + result.Members.Sum(m => m.Profit), settings.Cash * Tolerance);
        Assert.Equal(result.Statistics.Trades, result.Members.Sum(m => m.Trades.Count));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_leverage_no_symbol_buys_more_than_is_left(int seed)
    {
        BacktestSettings settings = Markets.Settings(seed) with { Leverage = 1, Direction = TradeDirection.LongOnly, Exclusive = false };
        PortfolioMember[] members = Markets.Members(seed, 6);

        PortfolioResult result = Portfolio.Run(members, settings, cancellationToken: Token);

        Trade[] trades = [.. result.Members.SelectMany(m => m.Trades)];
        double spent = 0;
        var flows = trades.Select(t => (Step: t.EntryBar, IsEntry: true, Cash: -t.Size * t.EntryPrice * (1 + settings.Commission)))
            .Concat(trades.Select(t => (Step: t.ExitBar, IsEntry: false, Cash: t.Size * t.ExitPrice * (1 - settings.Commission))))
            .Concat(result.Members.SelectMany(m => m.OpenTrades).Select(t => (Step: t.EntryBar, IsEntry: true, Cash: -t.Size * t.EntryPrice * (1 + settings.Commission))));
        foreach ((int step, bool _, double cash) in flows.OrderBy(f => f.Step).ThenBy(f => f.IsEntry))
        {
            spent += cash;
            Assert.True(settings.Cash + spent > -settings.Cash * Tolerance, $"{settings.Cash + spent} in cash at step {step}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Cutting_off_the_future_changes_no_trade_before(int seed)
    {
        PortfolioMember[] members = Markets.Members(seed, 4);
        PortfolioResult whole = Portfolio.Run(members, Markets.Settings(seed), cancellationToken: Token);
        long end = whole.Times[whole.Times.Count * 2 / 3];

        PortfolioResult part = Portfolio.Run([.. members.Select(m => m with { Klines = m.Klines.Between(0, end) })], Markets.Settings(seed), cancellationToken: Token);

        Assert.Equal(whole.Equity.Take(part.Equity.Count), part.Equity);
        Assert.Equal(whole.Members.SelectMany(m => m.Trades.Where(t => t.ExitTime < end)), part.Members.SelectMany(m => m.Trades));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_portfolio_of_one_symbol_is_its_backtest(int seed)
    {
        PortfolioMember member = Markets.Members(seed, 1)[0] with { Share = null, Lot = null };
        BacktestSettings settings = Markets.Settings(seed);

        BacktestResult expected = Backtest.Run(member.Klines, member.Strategy, settings, cancellationToken: Token);
        PortfolioResult actual = Portfolio.Run([member], settings, cancellationToken: Token);

        Assert.True(expected.Trades.Count > 5, $"{expected.Trades.Count} trades");
        Assert.Equal(expected.Trades, actual.Members[0].Trades);
        Assert.Equal(expected.Equity, actual.Equity);
        Assert.Equal(expected.Statistics, actual.Statistics);
        Assert.Equal(expected.MonthlyReturns, actual.MonthlyReturns);
    }

    [Fact]
    public void Budgets_are_shares_of_the_equity_and_what_is_free_is_divided_alike()
    {
        Strategy hold = Strategies.Create("buy_and_hold");
        Klines Of(string symbol, int from, params double[] closes)
        {
            Klines klines = Bars.FromCloses(closes);
            return new Klines(symbol, [.. klines.OpenTimes.ToArray().Select(t => t + from * Bars.Hour)], klines.Open.ToArray(), klines.High.ToArray(), klines.Low.ToArray(), klines.Close.ToArray(), klines.Volume.ToArray());
        }

        BacktestSettings settings = new() { Cash = 1_000, Size = OrderSize.Fraction(1), Lot = 1e-6, Commission = 0, Slippage = 0 };

        // A takes its half, 500, and is worth 1,500 when B and C come: equity is 2,000, 500 are free, B and C may have 500 each and get 250.
        PortfolioResult result = Portfolio.Run(
            [new(Of("A", 0, 100, 100, 300, 300, 300), hold) { Share = 0.5 }, new(Of("B", 2, 10, 10, 10), hold), new(Of("C", 2, 20, 20, 20), hold)], settings, cancellationToken: Token);

        Assert.Equal([5.0, 25.0, 12.5], result.Members.Select(m => Math.Round(Assert.Single(m.OpenTrades).Size, 5)));
        Assert.Equal([0.5, 0.25, 0.25], result.Members.Select(m => m.Share));
        Assert.Equal(2_000, result.Equity[^1], 1e-6);
        Assert.Equal((0.5 * 2) * 100, result.Statistics.BuyHoldReturnPercent, 1e-9);
    }

    [Fact]
    public void A_portfolio_without_equity_is_closed_for_good()
    {
        Klines crash = Bars.FromCloses([.. Enumerable.Repeat(100.0, 5), 100, 40, 40, 40]);
        PortfolioMember[] members =
        [
            new(Renamed(crash, "A"), Strategies.Create("buy_and_hold")), new(Renamed(crash, "B"), Strategies.Create("buy_and_hold")),
        ];

        PortfolioResult result = Portfolio.Run(members, new BacktestSettings { Cash = 1_000, Leverage = 5 }, cancellationToken: Token);

        Assert.Equal(0, result.Equity[^1]);
        Assert.Equal(100, result.Statistics.MaxDrawdownPercent);
        Assert.All(result.Members, m => Assert.Equal(ExitReason.Ruin, Assert.Single(m.Trades).Reason));
    }

    [Fact]
    public void Declared_rules_on_longer_bars_and_strategies_in_csharp_take_part()
    {
        StrategyInfo declared = DeclaredStrategy.Compile(new StrategyDeclaration
        {
            EntryLong = "interval(\"4h\", close > ema(close, 10)) and cross_above(rsi(close, 14), 50)",
            ExitLong = "interval(\"4h\", close < ema(close, 10))",
        });
        StrategyInfo custom = CustomStrategy.Describe(typeof(Breakout));

        PortfolioResult result = Portfolio.Run(
            [new(Markets.Market("A", 1), declared.Create()), new(Markets.Market("B", 2), custom.Create())],
            new BacktestSettings { Cash = 100_000, Lot = 0.001 }, cancellationToken: Token);

        Assert.All(result.Members, m => Assert.True(m.Trades.Count > 5, $"{m.Symbol} made {m.Trades.Count} trades"));
    }

    [Fact]
    public void What_makes_no_sense_is_named()
    {
        PortfolioMember a = new(Renamed(Bars.FromCloses(1, 2, 3), "A"), Strategies.Create("buy_and_hold")), b = a with { Klines = Renamed(a.Klines, "B") };
        BacktestSettings settings = new();
        string Error(BacktestSettings with, params PortfolioMember[] members) => Assert.Throws<BacktestInputException>(() => Portfolio.Run(members, with, cancellationToken: Token)).Message;

        Assert.Contains("Give at least one symbol", Error(settings), StringComparison.Ordinal);
        Assert.Contains("twice 'A'", Error(settings, a, b, a), StringComparison.Ordinal);
        Assert.Contains("A.share is 1.5", Error(settings, a with { Share = 1.5 }), StringComparison.Ordinal);
        Assert.Contains("share is 1.2", Error(settings, a with { Share = 0.6 }, b with { Share = 0.6 }), StringComparison.Ordinal);
        Assert.Contains("share is 1.", Error(settings, a with { Share = 1 }, b), StringComparison.Ordinal);
        Assert.Contains("funding is given for all", Error(settings with { Funding = new FundingRates([1], [0.1]) }, a), StringComparison.Ordinal);
        Assert.Contains("finer_klines is given for all", Error(settings with { FinerKlines = a.Klines }, a), StringComparison.Ordinal);
        Assert.Contains("one interval; A has bars 3600 s long", Error(settings, a, b with { Klines = RandomMarket.Create(10, 1, interval: 60_000) }), StringComparison.Ordinal);
        Assert.Contains("klines is empty", Error(settings, a with { Klines = a.Klines.Slice(0, 0) }), StringComparison.Ordinal);
    }

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6];

    private static Klines Renamed(Klines klines, string symbol) => new(
        symbol, klines.OpenTimes.ToArray(), klines.Open.ToArray(), klines.High.ToArray(), klines.Low.ToArray(), klines.Close.ToArray(), klines.Volume.ToArray());
}
