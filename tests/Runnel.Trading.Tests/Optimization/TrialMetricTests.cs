using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading.Tests.Optimization;

public sealed class TrialMetricTests
{
    private static readonly BacktestStatistics Statistics = Run();

    [Fact]
    public void An_expression_is_worked_out_of_statistics_by_their_names_and_short_forms()
    {
        double expected = Statistics.Sharpe!.Value - 0.5 * Statistics.MaxDrawdownPercent + Math.Max(1, Statistics.Trades) / 100.0;

        TrialMetric metric = TrialMetric.Of(" sharpe_ratio - 0.5 * max_drawdown + max(1, trades) / 100 ", null, 0);

        Assert.Equal(expected, metric.Score(Statistics));
        Assert.Equal((true, "sharpe_ratio - 0.5 * max_drawdown + max(1, trades) / 100"), (metric.Maximize, metric.Name));
        Assert.Equal(-expected, TrialMetric.Of(metric.Name, false, 0).Score(Statistics));
    }

    [Fact]
    public void It_is_undefined_where_a_statistic_in_it_is_or_trades_are_too_few()
    {
        BacktestStatistics undefined = Statistics with { Sharpe = null };

        Assert.Equal(double.NaN, TrialMetric.Of("sharpe + 1", null, 0).Score(undefined));
        Assert.Equal(double.NaN, TrialMetric.Of("trades / 0", null, 0).Score(Statistics));
        Assert.Equal(double.NaN, TrialMetric.Of("sharpe + 1", null, Statistics.Trades + 1).Score(Statistics));
        Assert.Equal(Statistics.Trades + 1.0, TrialMetric.Of("trades + 1", null, Statistics.Trades).Score(undefined));
    }

    [Theory]
    [InlineData("sharpe_ratio - 0.5 * max_drawdwn", "at character 22 is the unknown name 'max_drawdwn'", "Did you mean max_drawdown?", "calmar")]
    [InlineData("sharpe_ratio - ", "from character 14 on: '-'", "Give an expression of", "max_drawdown")]
    [InlineData("(sharpe", "at character 8 a ')' is missing", "Give an expression of")]
    [InlineData("sharp_ratio", "is 'sharp_ratio'", "Did you mean sharpe_ratio?", "sortino")]
    [InlineData("1 + 2", "the same for every trial", "Use a statistic in it")]
    [InlineData("sharpe > 1", "no number", "Give a formula of numbers")]
    [InlineData("sharpe + 'a'", "Give it numbers")]
    public void Says_what_is_wrong_where_and_which_names_there_are(string text, params string[] parts)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(() => TrialMetric.Of(text, null, 0));

        Assert.Equal("metric", error.Field);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private static BacktestStatistics Run()
    {
        DateTimeOffset from = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        KlineRequest request = new() { Symbol = "BTCUSDT", Interval = KlineInterval.OneHour, From = from, To = from.AddDays(90) };
        Klines klines = new SyntheticMarket(7, new KlineCache()).LoadAsync(request, CancellationToken.None).GetAwaiter().GetResult().Klines;
        return Backtest.RunStatistics(klines, Strategies.Find("sma_cross").Create(new Dictionary<string, double>()), new BacktestSettings());
    }
}
