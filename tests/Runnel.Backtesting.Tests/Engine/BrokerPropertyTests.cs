namespace Runnel.Backtesting.Tests;

/// <summary>What has to hold with every feature of the broker on or off, for entries of every kind.</summary>
public sealed class BrokerPropertyTests
{
    private const int Runs = 600;

    [Fact]
    public void Cutting_off_the_future_changes_no_order_of_any_kind()
    {
        int compared = 0;
        for (int seed = 10_000; seed < 10_000 + Runs; seed++)
        {
            RandomBroker random = RandomBroker.Create(seed);
            int bars = random.Klines.Count * (3 + seed % 6) / 10;
            BacktestResult whole = Run(random, random.Klines), cut = Run(random, random.Klines.Slice(0, bars));

            Assert.Equal(whole.Trades.Take(cut.Trades.Count), cut.Trades);
            Assert.All(whole.Trades.Skip(cut.Trades.Count), trade => Assert.True(trade.ExitBar >= bars - 1, $"seed {seed}: {trade}"));
            Assert.Equal(whole.Equity.Take(bars), cut.Equity);
            compared += cut.Trades.Count;
        }

        Assert.True(compared > 1000, $"only {compared} trades were compared");
    }

    [Fact]
    public void Fees_add_up_and_cash_and_positions_are_all_of_equity()
    {
        int compared = 0;
        for (int seed = 20_000; seed < 20_000 + Runs; seed++)
        {
            RandomBroker random = RandomBroker.Create(seed);
            random = random with { Settings = random.Settings with { Commission = 0.00055, MakerCommission = null } };
            BacktestResult result = Run(random, random.Klines);
            if (result.Equity[^1] == 0)
                continue; // what a ruined account owes is not carried on

            double fee = random.Settings.Commission, equity = random.Settings.Cash;
            foreach (Trade trade in result.Trades)
            {
                int sign = trade.Side == TradeSide.Long ? 1 : -1;
                double paid = fee * trade.Size * (trade.EntryPrice + (trade.Reason == ExitReason.Liquidation ? 0 : trade.ExitPrice));
                Assert.Equal(paid, trade.Fees, 1e-9 * (1 + paid));
                Assert.Equal(sign * trade.Size * (trade.ExitPrice - trade.EntryPrice) - paid, trade.Pnl, 1e-9 * (1 + trade.Size * trade.EntryPrice));
                equity += trade.Pnl;
            }

            equity += result.OpenTrades.Sum(t => t.UnrealizedPnl - fee * t.Size * t.EntryPrice);
            Assert.Equal(equity, result.Equity[^1], 1e-9 * random.Settings.Cash);
            compared += result.Trades.Count;
        }

        Assert.True(compared > 2000, $"only {compared} trades were compared");
    }

    [Fact]
    public void No_stop_or_limit_fills_better_than_its_bar_allows()
    {
        int compared = 0;
        for (int seed = 30_000; seed < 30_000 + Runs; seed++)
        {
            RandomBroker random = RandomBroker.Create(seed);
            ReadOnlySpan<double> high = random.Klines.High, low = random.Klines.Low;
            foreach (Trade trade in Run(random, random.Klines).Trades.Where(t => t.Reason is ExitReason.StopLoss or ExitReason.TrailingStop or ExitReason.TakeProfit))
            {
                double best = trade.Side == TradeSide.Long ? high[trade.ExitBar] : -low[trade.ExitBar], got = trade.Side == TradeSide.Long ? trade.ExitPrice : -trade.ExitPrice;
                Assert.True(got <= best + 1e-9 * Math.Abs(best), $"seed {seed}: {trade}");
                compared++;
            }
        }

        Assert.True(compared > 1000, $"only {compared} exits were compared");
    }

    private static BacktestResult Run(RandomBroker random, Klines klines) =>
        Backtest.Run(klines, random.Orders, random.Settings, cancellationToken: TestContext.Current.CancellationToken);
}
