namespace Runnel.Backtesting.Tests;

public sealed class DetailedStatisticsTests
{
    private static readonly BacktestSettings Settings = new() { Cash = 1000, Lot = 1, Size = OrderSize.Units(10) };

    [Fact]
    public void Works_out_daily_figures_by_their_formulas()
    {
        // Ten units from the open of day 1: equity 1000, 1000, 1100, 990, 1089 give the returns 0, 10 %, -10 %, 10 %.
        (Klines klines, BacktestResult result) = Run([100, 100, 110, 99, 108.9], (0, c => c.Enter(TradeSide.Long)));

        DetailedStatistics statistics = DetailedStatistics.Of(klines, Settings, result);

        Assert.Equal(2, statistics.Omega!.Value, 1e-9);
        Assert.Equal(50, statistics.PositiveDaysPercent!.Value, 1e-9);
        Assert.Equal(-8.5, statistics.DailyValueAtRiskPercent!.Value, 1e-9); // 15 % of the way from -10 to 0
        Assert.Equal(-10, statistics.DailyExpectedShortfallPercent!.Value, 1e-9);
        Assert.Equal(89 / 110.0, statistics.RecoveryFactor!.Value, 1e-9);
        Assert.Equal(Math.Sqrt((100 + 1) / 5.0), statistics.UlcerIndex, 1e-9); // 10 % and 1 % below the peak of 1100
        Assert.Equal(10, statistics.AverageDrawdownPercent!.Value, 1e-9);
        Assert.Equal(TimeSpan.FromDays(2), statistics.MaxDrawdownDuration);
        Assert.Equal(1100, statistics.EquityPeak);
        Assert.Equal(1, statistics.Beta!.Value, 1e-9); // the money moves as the market does
    }

    [Fact]
    public void Works_out_trade_figures_by_their_formulas()
    {
        (Klines klines, BacktestResult result) = Run([100, 100, 110, 90, 95, 95],
            (0, c => c.Enter(TradeSide.Long)), (1, c => c.CloseAll()), (2, c => c.Enter(TradeSide.Short, OrderSize.Units(5))), (4, c => c.CloseAll()));

        DetailedStatistics statistics = DetailedStatistics.Of(klines, Settings, result);

        Assert.Equal((1, 1), (statistics.LongTrades, statistics.ShortTrades));
        Assert.Equal((0, 100), (statistics.LongWinRatePercent, statistics.ShortWinRatePercent)); // 100 to 100, 110 to 95
        Assert.Equal(TimeSpan.FromDays(2), statistics.MaxTradeDuration);
        Assert.Equal(TimeSpan.FromDays(1.5), statistics.AverageTradeDuration);
        Assert.Equal(0, statistics.AverageAdverseExcursionPercent!.Value, 1e-9);
        Assert.Equal((10 + (1 - 90 / 110.0) * 100) / 2, statistics.AverageFavorableExcursionPercent!.Value, 1e-9);
        Assert.Null(statistics.PayoffRatio); // no loss to compare with
    }

    [Fact]
    public void Leaves_figures_undefined_for_a_single_bar()
    {
        (Klines klines, BacktestResult result) = Run([100]);

        DetailedStatistics statistics = DetailedStatistics.Of(klines, Settings, result);

        Assert.Null(statistics.Beta);
        Assert.Null(statistics.Omega);
        Assert.Null(statistics.AverageDrawdownPercent);
        Assert.Null(statistics.AverageTradeDuration);
    }

    private static (Klines Klines, BacktestResult Result) Run(double[] closes, params (int, Action<StrategyContext>)[] steps)
    {
        double[] opens = [closes[0], .. closes[..^1]];
        Klines klines = new("TEST", [.. closes.Select((_, i) => i * 24 * Bars.Hour)], opens, [.. opens.Zip(closes, Math.Max)], [.. opens.Zip(closes, Math.Min)],
            closes, [.. closes.Select(_ => 1.0)]);
        return (klines, Backtest.Run(klines, new Script(steps), Settings, cancellationToken: TestContext.Current.CancellationToken));
    }
}
