namespace Runnel.Backtesting.Tests.Declared;

/// <summary>What the words of the language mean, on small series.</summary>
public sealed class RuleTests
{
    private static readonly double[] Closes = [10, 12, 11, 13, 15, 14, 16, 12, 9, 11];

    [Theory]
    [InlineData("close > 12.5", new[] { 3, 4, 5, 6 })]
    [InlineData("close[1] == 11", new[] { 3 })]
    [InlineData("prev(close, 2) < close and not (close < 13)", new[] { 3, 4, 5, 6 })]
    [InlineData("cross_above(close, 12)", new[] { 3 })]
    [InlineData("cross_below(close, 12)", new[] { 2, 8 })]
    [InlineData("cross(close, 12)", new[] { 2, 3, 8 })]
    [InlineData("rising(close) and rising(close, 2)", new[] { 3, 4, 6 })]
    [InlineData("falling(close, 3)", new[] { 7, 8, 9 })]
    [InlineData("change(close) == -2 or change(close) == -4", new[] { 7 })]
    [InlineData("highest(close, 3) == close", new[] { 3, 4, 6 })]
    [InlineData("close == max(close, 14, open)", new[] { 4, 6 })]
    [InlineData("min(close, 12) * 2 - 1 == 23", new[] { 1, 3, 4, 5, 6, 7 })]
    [InlineData("abs(close - 12) == 1", new[] { 2, 3, 9 })]
    [InlineData("round(close / 4) == 3 and floor(close / 4) == 2", new[] { 0, 2, 9 })]
    [InlineData("ceil(close / 4) == 4 and sqrt(close * close) == close", new[] { 3, 4, 6, 5 })]
    [InlineData("if(close > 12, close, 0) > 13", new[] { 4, 5, 6 })]
    [InlineData("if(close > 12, true, close < 10)", new[] { 3, 4, 5, 6, 8 })]
    [InlineData("sign(close - 12) == -1", new[] { 0, 2, 8, 9 })]
    [InlineData("count(close > 12, 2) == 1", new[] { 3, 7 })]
    [InlineData("bars_since(close > 15) == 2", new[] { 8 })]
    [InlineData("hour == 4 or HOUR == 5", new[] { 4, 5 })]
    [InlineData("weekday == 4 and close != 10 && !(close > 9) || false", new[] { 8 })]
    [InlineData("(close - 9) / (close - 9) == 1 and close < 11", new[] { 0 })]
    [InlineData("1 / (close - 9) > 1e9", new[] { 8 })]
    [InlineData("hl2 == (high + low) / 2 and hlc3 >= low and ohlc4 <= high and close == 9", new[] { 8 })]
    [InlineData("-close < -15.5", new[] { 6 })]
    public void Holds_where_it_should(string condition, int[] bars)
    {
        // Size never fits, so that the account stays flat and every signal is an order that is dropped and counted.
        List<int> held = [];
        for (int cut = 1; cut <= Closes.Length; cut++)
        {
            Klines klines = Bars.FromCloses([.. Closes[..cut], 1, 1]);
            if (Orders(klines, $"({condition}) and hour == {cut - 1}") > 0)
                held.Add(cut - 1);
        }

        Assert.Equal(bars.Order(), held);
    }

    [Fact]
    public void Knows_the_side_and_the_entry()
    {
        Klines klines = Bars.FromCloses(10, 10, 10, 10, 10, 10, 10, 10, 10, 10);

        BacktestResult result = Run(klines, new StrategyDeclaration { EntryLong = "flat", ExitLong = "is_long and bars_since_entry == 2 and entry_price == 10 and open_trades == 1 and side == 1" });

        Assert.Equal([(1, 4), (5, 8)], result.Trades.Select(t => (t.EntryBar, t.ExitBar)));
    }

    [Fact]
    public void An_entry_against_the_position_closes_it_even_where_its_own_side_is_not_allowed()
    {
        Klines klines = Bars.FromCloses(10, 11, 10, 9, 10, 11, 10, 9);
        StrategyDeclaration declaration = new() { EntryLong = "close > 10.5", EntryShort = "close < 9.5" };

        BacktestResult longOnly = Run(klines, declaration), both = Run(klines, declaration, TradeDirection.LongShort);

        Assert.Equal([(2, 4, TradeSide.Long)], longOnly.Trades.Select(t => (t.EntryBar, t.ExitBar, t.Side)));
        Assert.Equal([(2, 4, TradeSide.Long), (4, 6, TradeSide.Short)], both.Trades.Select(t => (t.EntryBar, t.ExitBar, t.Side)));
    }

    [Fact]
    public void Measures_levels_from_the_close_of_the_signal()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 100, 100, 100), (100, 120, 80, 100), (100, 120, 80, 100));

        Trade Only(DeclaredLevel? stop, DeclaredLevel? target, TradeDirection direction = TradeDirection.LongOnly) => Run(klines, new StrategyDeclaration
        {
            EntryLong = direction == TradeDirection.LongOnly ? "hour == 0" : null,
            EntryShort = direction == TradeDirection.LongOnly ? null : "hour == 0",
            StopLoss = stop,
            TakeProfit = target,
        }, direction).Trades.Single();

        Assert.Equal(95, Only(new(DeclaredLevelKind.Percent, "5"), null).ExitPrice);
        Assert.Equal(93, Only(new(DeclaredLevelKind.Distance, "7"), null).ExitPrice);
        Assert.Equal(97, Only(new(DeclaredLevelKind.Price, "close - 3"), null).ExitPrice);
        Assert.Equal(112.5, Only(null, new(DeclaredLevelKind.Percent, "12.5")).ExitPrice);
        Assert.Equal(105, Only(new(DeclaredLevelKind.Percent, "5"), null, TradeDirection.ShortOnly).ExitPrice);
        Assert.Equal(88, Only(null, new(DeclaredLevelKind.Distance, "12"), TradeDirection.ShortOnly).ExitPrice);
    }

    [Fact]
    public void Sizes_entries_and_places_none_whose_size_or_level_is_missing()
    {
        Klines klines = Bars.FromCloses(10, 10, 10, 10);

        double Size(SizeKind kind, string expression) => Run(klines, new StrategyDeclaration { EntryLong = "hour == 0", Size = new(kind, expression) }).OpenTrades.SingleOrDefault().Size;

        Assert.Equal(500, Size(SizeKind.Fraction, "0.5"), 1e-9);
        Assert.Equal(1000, Size(SizeKind.Fraction, "7"), 1e-9);
        Assert.Equal(30, Size(SizeKind.Units, "close * 3"), 1e-9);
        Assert.Equal(12, Size(SizeKind.Cash, "120"), 1e-9);
        Assert.Equal(0, Size(SizeKind.Units, "0 / (close - 10)"));
        Assert.Equal(0, Size(SizeKind.Units, "-5"));
    }

    [Fact]
    public void Fills_gaps_in_the_input_of_an_indicator_so_that_it_recovers()
    {
        Klines klines = RandomMarket.Create(bars: 300, seed: 8); // has bars without volume

        int trades = Run(klines, new StrategyDeclaration { EntryLong = "ema(close / volume, 5) > 0 and bars_since_entry > 1 or flat", ExitLong = "sma(close / volume, 5) > 0" }).Trades.Count;

        Assert.True(trades > 50, $"{trades} trades");
    }

    private static int Orders(Klines klines, string condition) =>
        Run(klines, new StrategyDeclaration { EntryLong = condition, Size = new(SizeKind.Units, "1e9") }).Statistics.OrdersDropped;

    private static BacktestResult Run(Klines klines, StrategyDeclaration declaration, TradeDirection direction = TradeDirection.LongOnly) =>
        Backtest.Run(klines, DeclaredStrategy.Compile(declaration).Create(), new BacktestSettings { Direction = direction });
}
