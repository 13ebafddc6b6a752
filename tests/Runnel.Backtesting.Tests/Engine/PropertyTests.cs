using CsCheck;

namespace Runnel.Backtesting.Tests;

public sealed class PropertyTests
{
    private const int Runs = 400;

    private static readonly Gen<RandomCase> Cases = Gen.Int[0, 1_000_000].Select(RandomCase.Create);

    [Fact]
    public void Cash_and_positions_account_for_all_of_equity() => Cases.Sample(random =>
    {
        BacktestResult result = Run(random);
        if (result.Trades.Any(t => t.Reason == ExitReason.Ruin) || result.Equity[^1] == 0)
            return; // what a ruined account owes is not carried on

        double fees = random.Settings.Commission;
        double expected = random.Settings.Cash + result.Trades.Sum(t => t.Pnl) - result.Statistics.FundingPaid
            + result.OpenTrades.Sum(t => t.UnrealizedPnl - fees * t.Size * t.EntryPrice);

        Assert.Equal(expected, result.Equity[^1], 1e-6);
        Assert.All(result.Trades.Where(t => t.Reason != ExitReason.Liquidation),
            t => Assert.Equal(fees * t.Size * (t.EntryPrice + t.ExitPrice), t.Fees, 1e-6));
        Assert.Equal(result.Trades.Sum(t => t.Fees), result.Statistics.CommissionPaid, 1e-6);
        Assert.Equal(result.FundingPayments.Sum(p => p.Paid), result.Statistics.FundingPaid, 1e-6);
    }, iter: Runs);

    [Fact]
    public void Cutting_off_the_future_changes_nothing_that_happened() => Gen.Select(Cases, Gen.Double[0.1, 0.95]).Sample((random, share) =>
    {
        int kept = Math.Max(2, (int)(random.Klines.Count * share));

        BacktestResult whole = Run(random), cut = Run(random with { Klines = random.Klines.Slice(0, kept) });

        Assert.Equal(whole.Equity.Take(kept), cut.Equity);
        Assert.Equal(whole.Trades.Take(cut.Trades.Count), cut.Trades);
        Assert.All(whole.Trades.Skip(cut.Trades.Count), trade => Assert.True(trade.ExitBar >= kept - 1));
    }, iter: Runs);

    [Fact]
    public void Twice_the_capital_makes_every_fractional_trade_twice_as_large() => Cases.Sample(random =>
    {
        BacktestSettings settings = random.Settings with { Size = OrderSize.Fraction(0.7), Lot = 1e-9 };

        BacktestResult once = Run(random with { Settings = settings });
        BacktestResult twice = Run(random with { Settings = settings with { Cash = settings.Cash * 2 } });

        Assert.Equal(once.Trades.Count, twice.Trades.Count);
        for (int i = 0; i < once.Trades.Count; i++)
        {
            if (once.Trades[i].Size < 1e-3)
                continue; // a nearly lost account: the lot shows
            Assert.Equal(2, twice.Trades[i].Size / once.Trades[i].Size, 1e-4);
        }
    }, iter: Runs);

    [Fact]
    public void No_order_fills_at_a_price_that_its_bar_did_not_trade() => Cases.Sample(random =>
    {
        BacktestResult result = Run(random with { Settings = random.Settings with { Slippage = 0, Spread = 0 } });

        foreach (Trade trade in result.Trades)
        {
            AssertTraded(random.Klines, trade.EntryBar, trade.EntryPrice);
            if (trade.Reason != ExitReason.Liquidation) // settled at the bankruptcy price, by the exchange's rules
                AssertTraded(random.Klines, trade.ExitBar, trade.ExitPrice);
        }
    }, iter: Runs);

    [Fact]
    public void A_run_gives_the_same_bits_every_time_and_without_the_lists() => Cases.Sample(random =>
    {
        BacktestResult first = Run(random), second = Run(random);

        Assert.Equal(first.Equity, second.Equity);
        Assert.Equal(first.Trades, second.Trades);
        Assert.Equal(first.Statistics, second.Statistics);
        Assert.Equal(first.Statistics, Backtest.RunStatistics(random.Klines, random.Strategy, random.Settings));
    }, iter: Runs);

    [Fact]
    public void Costs_never_help_a_strategy_that_does_not_react_to_them() => Cases.Sample(random =>
    {
        if (random.Strategy.Info.Name is "grid" or "atr_trailing")
            return; // their next step depends on the price that an entry paid
        BacktestSettings free = random.Settings with
        {
            Size = OrderSize.Units(0.01),
            Cash = 1_000_000,
            Commission = 0,
            Spread = 0,
            Slippage = 0,
            Funding = null,
            MaintenanceMargin = null,
        };

        double withoutCosts = Run(random with { Settings = free }).Equity[^1];
        double withCosts = Run(random with { Settings = free with { Commission = 0.001, Spread = 0.0005, Slippage = 0.0002 } }).Equity[^1];

        Assert.True(withCosts <= withoutCosts + 1e-6, $"{withCosts} with costs, {withoutCosts} without");
    }, iter: Runs);

    private static BacktestResult Run(RandomCase random) => Backtest.Run(random.Klines, random.Strategy, random.Settings);

    private static void AssertTraded(Klines klines, int bar, double price)
    {
        double slack = price * 1e-12;
        Assert.InRange(price, klines.Low[bar] - slack, klines.High[bar] + slack);
    }
}
