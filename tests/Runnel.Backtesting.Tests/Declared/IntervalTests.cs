using CsCheck;

namespace Runnel.Backtesting.Tests.Declared;

public sealed class IntervalTests
{
    private const long Hour = Bars.Hour;

    [Fact]
    public void Combines_whole_bars_and_shows_each_once_it_has_closed()
    {
        Klines hours = FromHours([2, 3, 4, 5, 6, 7, 8, 9], close: [12, 13, 14, 15, 16, 17, 18, 19]);

        LongerBars longer = LongerBars.Of(hours, Hour, BarInterval.Parse("4h")!);

        Assert.Equal([4 * Hour, 8 * Hour], longer.Klines.OpenTimes.ToArray());
        Assert.Equal([17.0, 19.0], longer.Klines.Close.ToArray());
        Assert.Equal([4.0, 2.0], longer.Klines.Volume.ToArray());
        Assert.Equal([-1, -1, -1, -1, -1, 0, 0, 0], longer.Visible);
    }

    [Fact]
    public void Waits_for_the_next_bar_where_the_last_one_of_a_longer_bar_is_missing()
    {
        Klines hours = FromHours([0, 1, 2, 4, 5, 8], close: [10, 11, 12, 14, 15, 18]);

        LongerBars longer = LongerBars.Of(hours, Hour, BarInterval.Parse("4h")!);

        Assert.Equal([12.0, 15.0, 18.0], longer.Klines.Close.ToArray());
        Assert.Equal([-1, -1, -1, 0, 0, 1], longer.Visible);
    }

    [Theory]
    [InlineData("4h", "1970-01-05T13:00", "1970-01-05T12:00", "1970-01-05T16:00")]
    [InlineData("240", "1970-01-05T13:00", "1970-01-05T12:00", "1970-01-05T16:00")]
    [InlineData("1d", "2024-02-29T23:59", "2024-02-29T00:00", "2024-03-01T00:00")]
    [InlineData("1w", "2024-03-03T23:59", "2024-02-26T00:00", "2024-03-04T00:00")]
    [InlineData("1w", "1969-12-31T00:00", "1969-12-29T00:00", "1970-01-05T00:00")]
    [InlineData("1M", "2024-02-29T12:00", "2024-02-01T00:00", "2024-03-01T00:00")]
    public void Begins_longer_bars_where_the_exchange_does(string name, string moment, string start, string end)
    {
        BarInterval interval = BarInterval.Parse(name)!;

        long floor = interval.Floor(At(moment));

        Assert.Equal((At(start), At(end)), (floor, interval.End(floor)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("0m")]
    [InlineData("7h")]
    [InlineData("25h")]
    [InlineData("2d")]
    [InlineData("-4h")]
    [InlineData("99999999999h")]
    public void Refuses_what_does_not_divide_a_day(string name) => Assert.Null(BarInterval.Parse(name));

    [Fact]
    public void A_rule_sees_the_last_closed_value_and_nothing_of_the_bar_under_way()
    {
        Klines market = RandomMarket.Create(bars: 400, seed: 5);
        LongerBars longer = LongerBars.Of(market, Hour, BarInterval.Parse("4h")!);
        double[] averages = new double[longer.Klines.Count];
        Sma.Compute(longer.Klines.Close, 3, averages);

        BacktestResult result = Run(market, new StrategyDeclaration { EntryLong = "close > interval(\"4h\", sma(close, 3))", ExitLong = "in_position", Interval = "1h" });

        int[] signals = [.. result.Trades.Select(t => t.EntryBar - 1)];
        Assert.True(signals.Length > 30);
        Assert.All(signals, bar => Assert.True(market.Close[bar] > averages[longer.Visible[bar]]));
        Assert.All(signals, bar => Assert.True(longer.Klines.OpenTimes[longer.Visible[bar]] + 4 * Hour <= market.OpenTimes[bar] + Hour));
    }

    [Fact]
    public void Cutting_off_the_future_changes_nothing_that_happened() => Gen.Select(Gen.Int[0, 100_000], Gen.Double[0.1, 0.95], Gen.OneOf(RandomRules.Entries)).Sample((seed, share, entry) =>
    {
        Klines market = WithHoles(RandomMarket.Create(bars: 700, seed: seed), seed);
        int kept = Math.Max(2, (int)(market.Count * share));
        StrategyDeclaration declaration = new()
        {
            EntryLong = entry,
            EntryShort = $"not ({entry}) and bars_since(cross(close, sma(close, 9))) > 3",
            ExitLong = "bars_since_entry > 20 or close < interval(\"6h\", lowest(low, 3))",
            StopLoss = new(DeclaredLevelKind.Distance, "3 * atr(14)"),
            Interval = "1h",
        };

        BacktestResult whole = Run(market, declaration), cut = Run(market.Slice(0, kept), declaration);

        Assert.Equal(whole.Equity.Take(kept), cut.Equity);
        Assert.Equal(whole.Trades.Take(cut.Trades.Count), cut.Trades);
        Assert.All(whole.Trades.Skip(cut.Trades.Count), trade => Assert.True(trade.ExitBar >= kept - 1));
    }, iter: 300);

    [Fact]
    public void Refuses_an_interval_that_the_bars_do_not_fill()
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(() => Run(RandomMarket.Create(bars: 50, seed: 1), new StrategyDeclaration { EntryLong = "close > interval(\"30m\", close)" }));

        Assert.Equal("interval", error.Field);
        Assert.Contains("which last 60 minutes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_strategy_in_csharp_sees_the_bars_that_have_closed_and_no_later_one()
    {
        Klines hours = FromHours([0, 1, 2, 7, 8, 9, 10, 11, 12], close: [10, 11, 12, 17, 18, 19, 20, 21, 22]);
        Watcher watcher = new();

        Backtest.Run(hours, watcher, new BacktestSettings(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([0, 0, 0, 2, 2, 2, 2, 3, 3], watcher.Counts);
        Assert.Equal([12.0, 17.0, 21.0], watcher.Closes);
    }

    [Theory]
    [InlineData("7h", "interval is '7h'. Give minutes or hours that divide a day")]
    [InlineData("30m", "which last 60 minutes")]
    public void A_strategy_in_csharp_is_told_of_an_interval_that_does_not_exist(string interval, string problem)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(() => Backtest.Run(
            RandomMarket.Create(bars: 50, seed: 1), new Watcher(interval), new BacktestSettings(), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private sealed class Watcher(string interval = "4h") : IStrategy
    {
        public List<int> Counts { get; } = [];

        public double[] Closes { get; private set; } = [];

        public int FirstBar => 0;

        public void OnBar(StrategyContext context)
        {
            IntervalBars longer = context.Longer(interval);
            Counts.Add(longer.Count);
            Closes = longer.Closes.ToArray();
            Assert.Equal(longer.Count, longer.OpenTimes.Length);
            Assert.True(longer.Count == 0 || longer.Highs[^1] >= longer.Lows[^1]);
        }
    }

    private static BacktestResult Run(Klines klines, StrategyDeclaration declaration) => Backtest.Run(klines, DeclaredStrategy.Compile(declaration).Create(),
        new BacktestSettings { Direction = declaration.EntryShort is null ? TradeDirection.LongOnly : TradeDirection.LongShort });

    private static Klines WithHoles(Klines klines, int seed)
    {
        Random random = new(seed);
        int[] kept = [.. Enumerable.Range(0, klines.Count).Where(_ => random.Next(12) > 0)];
        double[] Of(ReadOnlySpan<double> column)
        {
            double[] values = new double[kept.Length];
            for (int i = 0; i < kept.Length; i++)
                values[i] = column[kept[i]];
            return values;
        }

        long[] times = [.. kept.Select(i => klines.OpenTimes[i])];
        return new Klines(klines.Symbol, times, Of(klines.Open), Of(klines.High), Of(klines.Low), Of(klines.Close), Of(klines.Volume));
    }

    private static Klines FromHours(long[] hours, double[] close) => new("TEST", [.. hours.Select(h => h * Hour)], close, close, close, close, [.. close.Select(_ => 1.0)]);

    private static long At(string moment) => DateTimeOffset.Parse(moment + "Z").ToUnixTimeMilliseconds();
}
