namespace Runnel.Backtesting.Tests;

public sealed class ChainedRunsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sma_cross", 1, 1)]
    [InlineData("sma_cross", 2, 4)]
    [InlineData("rsi_reversal", 3, 1)]
    [InlineData("macd", 4, 2)]
    public void Figures_of_two_stretches_are_those_of_their_equities_one_after_the_other(string name, int seed, double leverage)
    {
        Klines market = RandomMarket.Create(bars: 4000, seed: seed), first = market.Slice(0, 1500), second = market.Slice(1900, 2100);
        BacktestSettings settings = new() { Commission = 0.0005, Leverage = leverage, Direction = TradeDirection.LongShort };
        Strategy strategy = Strategies.Find(name).Create(new Dictionary<string, double>());
        using TrialRunner one = new(first, settings), other = new(second, settings);

        GridRow row = TrialRunner.RunInTurn([one, other], strategy, keepDailyReturns: true, Token);

        BacktestResult left = Backtest.Run(first, strategy, settings, cancellationToken: Token), right = Backtest.Run(second, strategy, settings, cancellationToken: Token);
        double factor = left.Statistics.FinalEquity / settings.Cash;
        double[] equity = [.. left.Equity, .. right.Equity.Select(e => e * factor)];
        double peak = 0, deepest = 0;
        foreach (double value in equity)
        {
            peak = Math.Max(peak, value);
            deepest = Math.Max(deepest, 1 - value / peak);
        }

        double[] returns = [.. one.Run(strategy, keepDailyReturns: true, Token).DailyReturns, .. other.Run(strategy, keepDailyReturns: true, Token).DailyReturns];
        double[] profits = [.. left.Trades.Select(t => t.Pnl), .. right.Trades.Select(t => t.Pnl * factor)];
        BacktestStatistics chained = row.Statistics;
        Assert.NotEmpty(right.Trades);
        Assert.Equal(returns, row.DailyReturns);
        Assert.Equal(equity[^1], chained.FinalEquity, 1e-6);
        Assert.Equal((equity[^1] / settings.Cash - 1) * 100, chained.TotalReturnPercent, 1e-9);
        Assert.Equal(deepest * 100, chained.MaxDrawdownPercent, 1e-9);
        Assert.Equal(1 - equity[chained.MaxDrawdownBar] / equity[chained.MaxDrawdownPeakBar], deepest, 1e-12);
        Assert.Equal(Overfitting.SharpePerReturn(returns) * Math.Sqrt(settings.AnnualizationDays), chained.Sharpe!.Value, 1e-9);
        Assert.Equal(profits.Length, chained.Trades);
        Assert.Equal(profits.Sum(), chained.NetProfitClosed, 1e-6);
        Assert.Equal(profits.Count(p => p > 0) * 100.0 / profits.Length, chained.WinRatePercent!.Value, 1e-9);
        Assert.Equal((left.Statistics.ExposurePercent * 1500 + right.Statistics.ExposurePercent * 2100) / 3600, chained.ExposurePercent, 1e-9);
        Assert.Equal(((1 + left.Statistics.BuyHoldReturnPercent / 100) * (1 + right.Statistics.BuyHoldReturnPercent / 100) - 1) * 100, chained.BuyHoldReturnPercent, 1e-9);
    }

    [Fact]
    public void A_single_stretch_is_a_single_run_to_the_bit()
    {
        using TrialRunner runner = new(RandomMarket.Create(bars: 3000, seed: 5), new BacktestSettings { Commission = 0.0005 });
        Strategy strategy = Strategies.Find("sma_cross").Create(new Dictionary<string, double> { ["fast"] = 5, ["slow"] = 20 });

        Assert.Equal(runner.Run(strategy, cancellationToken: Token).Statistics, TrialRunner.RunInTurn([runner], strategy, cancellationToken: Token).Statistics);
    }

    [Fact]
    public void Nothing_is_traded_after_an_account_was_emptied()
    {
        double[] fall = [.. Enumerable.Range(0, 400).Select(i => i < 100 ? 200.0 - i : i < 200 ? i : 20.0)];
        Klines market = new("X", [.. Enumerable.Range(0, 400).Select(i => i * 3_600_000L)], fall, fall, fall, fall, fall);
        BacktestSettings settings = new() { Leverage = 20, Size = OrderSize.Fraction(0.95) };
        Strategy strategy = Strategies.Find("sma_cross").Create(new Dictionary<string, double> { ["fast"] = 20, ["slow"] = 60 });
        using TrialRunner runner = new(market, settings);
        BacktestStatistics once = runner.Run(strategy, cancellationToken: Token).Statistics;

        BacktestStatistics twice = TrialRunner.RunInTurn([runner, runner], strategy, cancellationToken: Token).Statistics;

        Assert.Equal((0, 0, 100), (once.FinalEquity, twice.FinalEquity, twice.MaxDrawdownPercent));
        Assert.Equal((once.Trades, once.DailyReturnCount, once.MaxDrawdownBar), (twice.Trades, twice.DailyReturnCount, twice.MaxDrawdownBar));
    }
}
