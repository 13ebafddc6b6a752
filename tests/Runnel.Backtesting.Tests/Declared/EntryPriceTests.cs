namespace Runnel.Backtesting.Tests.Declared;

/// <summary>Entries of declared strategies that wait for a price.</summary>
public sealed class EntryPriceTests
{
    private static readonly Klines Market = RandomMarket.Create(bars: 4_000, seed: 47);

    public static TheoryData<StrategyDeclaration, Func<StrategyContext, TradeSide, EntryRequest>> Pairs => new()
    {
        {
            Both with { Limit = new(DeclaredLevelKind.Percent, "0.4"), GoodForBars = 5, StopLoss = new(DeclaredLevelKind.Percent, "1"), TakeProfit = new(DeclaredLevelKind.Percent, "2") },
            (c, side) =>
            {
                double sign = side == TradeSide.Long ? 1 : -1, price = c.Close * (1 - (sign * (0.4 / 100)));
                return new() { Kind = EntryKind.Limit, Price = price, Bars = 5, StopLoss = price * (1 - (sign * (1.0 / 100))), TakeProfit = price * (1 + (sign * (2.0 / 100))) };
            }
        },
        {
            Both with { Stop = new(DeclaredLevelKind.Price, "high", "low"), GoodForBars = 3, TrailingStop = new(DeclaredLevelKind.Percent, "1.5") },
            (c, side) =>
            {
                double price = side == TradeSide.Long ? c.High : c.Low;
                return new() { Kind = EntryKind.Stop, Price = price, Bars = 3, Trail = price * (1.5 / 100) };
            }
        },
        {
            Both with { Stop = new(DeclaredLevelKind.Price, "high", "low"), Limit = new(DeclaredLevelKind.Price, "high * 1.002", "low * 0.998"), StopLoss = new(DeclaredLevelKind.Distance, "high - low") },
            (c, side) =>
            {
                double sign = side == TradeSide.Long ? 1 : -1, limit = side == TradeSide.Long ? c.High * 1.002 : c.Low * 0.998;
                return new() { Kind = EntryKind.StopLimit, Price = side == TradeSide.Long ? c.High : c.Low, LimitPrice = limit, StopLoss = limit - (sign * (c.High - c.Low)) };
            }
        },
    };

    private static StrategyDeclaration Both => new()
    {
        EntryLong = "flat and close < close[1] and close[1] < close[2]",
        EntryShort = "flat and close > close[1] and close[1] > close[2]",
        ExitLong = "bars_since_entry >= 12",
        ExitShort = "bars_since_entry >= 12",
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Wait_and_fill_as_those_of_the_same_strategy_in_CSharp(StrategyDeclaration declaration, Func<StrategyContext, TradeSide, EntryRequest> order)
    {
        BacktestSettings settings = new() { Direction = TradeDirection.LongShort, Size = OrderSize.Units(1), Commission = 0.0006, Exclusive = true };

        BacktestResult declared = Backtest.Run(Market, DeclaredStrategy.Compile(declaration).Create(), settings, cancellationToken: TestContext.Current.CancellationToken);
        BacktestResult written = Backtest.Run(Market, new Written(order), settings, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(declared.Trades.Count > 50, $"{declared.Trades.Count} trades");
        Assert.Equal(written.Trades, declared.Trades);
        Assert.Equal(written.Equity, declared.Equity);
    }

    [Fact]
    public void Are_given_up_after_their_bars_and_replaced_by_the_next_signal()
    {
        Klines klines = Bars.From((100, 100, 100, 100), (100, 100, 99, 100), (100, 100, 96, 100), (100, 100, 94, 100), (100, 100, 93, 100));
        OpenTrade[] Of(string entry, int bars) =>
            [.. Run(klines, new StrategyDeclaration { EntryLong = entry, Limit = new(DeclaredLevelKind.Distance, "5"), GoodForBars = bars }).OpenTrades];

        Assert.Empty(Of("hour == 0", 2));
        Assert.Equal((3, 95.0), Of("hour == 0", 3).Select(t => (t.EntryBar, t.EntryPrice)).Single());
        Assert.Equal((3, 95.0), Of("hour <= 2", 1).Select(t => (t.EntryBar, t.EntryPrice)).Single());
        Assert.Single(Of("hour <= 2", 100)); // three signals, one order
    }

    [Theory]
    [InlineData("0 / (close - 100)")]
    [InlineData("close - 200")]
    [InlineData("1 / (close - 100)")]
    public void Without_a_price_that_makes_sense_are_not_placed(string price)
    {
        Klines klines = Bars.FromCloses(100, 100, 100, 100);

        BacktestResult result = Run(klines, new StrategyDeclaration { EntryLong = "hour == 0", Stop = new(DeclaredLevelKind.Price, price) });

        Assert.Equal((0, 0), (result.OpenTrades.Count, result.Statistics.OrdersDropped));
    }

    [Fact]
    public void Need_a_price_to_wait_for_and_a_number_of_bars()
    {
        DeclarationError market = Assert.Single(DeclaredStrategy.Check(new StrategyDeclaration { EntryLong = "flat", GoodForBars = 3 }));
        DeclarationError none = Assert.Single(DeclaredStrategy.Check(new StrategyDeclaration { EntryLong = "flat", Limit = new(DeclaredLevelKind.Percent, "1"), GoodForBars = 0 }));

        Assert.Equal(("good_for_bars", "good_for_bars"), (market.Field, none.Field));
        Assert.Contains("Give limit or stop", market.Message, StringComparison.Ordinal);
    }

    private static BacktestResult Run(Klines klines, StrategyDeclaration declaration) =>
        Backtest.Run(klines, DeclaredStrategy.Compile(declaration).Create(), new BacktestSettings { Size = OrderSize.Units(1) });

    private sealed class Written(Func<StrategyContext, TradeSide, EntryRequest> order) : IStrategy
    {
        private int enteredAt = -1;

        public int FirstBar => 2;

        public void OnBar(StrategyContext context)
        {
            enteredAt = context.Side == 0 ? -1 : enteredAt < 0 ? context.Bar : enteredAt;
            if (context.Side != 0)
            {
                if (context.Bar - enteredAt >= 12)
                    context.CloseAll();
                return;
            }

            ReadOnlySpan<double> closes = context.Closes;
            bool falls = closes[^1] < closes[^2] && closes[^2] < closes[^3];
            bool rises = closes[^1] > closes[^2] && closes[^2] > closes[^3];
            if (!falls && !rises)
                return;
            context.CancelEntries();
            TradeSide side = falls ? TradeSide.Long : TradeSide.Short;
            context.Place(order(context, side) with { Side = side });
        }
    }
}
