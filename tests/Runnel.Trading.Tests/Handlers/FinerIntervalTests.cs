using System.Text.Json;
using Runnel.Backtesting;
using Runnel.Trading.Tests.Optimization;

namespace Runnel.Trading.Tests.Handlers;

public sealed class FinerIntervalTests : IDisposable
{
    private const string Broker = """
        "interval":"1h","start_date":"2025-04-23T06:00","end_date":"2025-05-24T02:00","initial_capital":10000,
        "stop_loss":{"kind":"percent","value":0.01},"take_profit":{"kind":"percent","value":0.01}
        """;

    private const string Finer = ",\"finer_interval\":\"1m\"";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_trials_of_an_optimization_are_worked_off_by_them()
    {
        (BacktestStatistics refined, BacktestStatistics coarse) = await BacktestsAsync();

        OptimizationReply reply = await new LocalOptimizer(Options).RunAsync(Optimization(Finer), 1, cancellationToken: Token);
        OptimizationReply without = await new LocalOptimizer(Options).RunAsync(Optimization(""), 1, cancellationToken: Token);

        Assert.NotEqual(coarse, refined);
        Assert.Equal(refined, Assert.Single(reply.Top!).Statistics);
        Assert.Equal(coarse, Assert.Single(without.Top!).Statistics);
        Assert.Empty(reply.Warnings ?? []);
    }

    [Fact]
    public async Task So_are_the_symbols_of_a_portfolio()
    {
        (BacktestStatistics refined, _) = await BacktestsAsync();
        using LocalBacktests local = new(Options, TimeProvider.System);

        PortfolioReply reply = (await local.RunPortfolioAsync(JsonElement.Parse($$"""{"symbols":["WIFUSDT"],"strategy_config":{"name":"sma_cross","params":{"fast":3,"slow":6} },{{Broker}}{{Finer}}}"""), Token)).Reply;

        Assert.Equal(refined, reply.Statistics);
    }

    [Theory]
    [InlineData("2h", "finer_interval is '2h'. Give one that is shorter than the interval, 1h.")]
    [InlineData("7m", "finer_interval is '7m'. Give one of")]
    public void One_that_is_not_shorter_is_refused_by_both(string finer, string problem)
    {
        string given = Finer.Replace("1m", finer, StringComparison.Ordinal);

        string optimization = Assert.Throws<PayloadException>(() => OptimizationPlan.Of(Optimization(given))).Message;
        string portfolio = Assert.Throws<PayloadException>(() => PortfolioPlan.Of(
            JsonElement.Parse($$"""{"symbols":["WIFUSDT"],"strategy_config":{"name":"sma_cross"},{{Broker}}{{given}}}"""))).Message;

        Assert.Contains(problem, optimization, StringComparison.Ordinal);
        Assert.Contains(problem, portfolio, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_have_the_shorter_bars_fetched()
    {
        OptimizationPlan optimization = OptimizationPlan.Of(Optimization(Finer));
        PortfolioPlan portfolio = PortfolioPlan.Of(JsonElement.Parse($$"""{"symbols":["WIFUSDT","SOLUSDT"],"strategy_config":{"name":"sma_cross"},{{Broker}}{{Finer}}}"""));

        Assert.Equal(["klines.1h", "klines.1m"], optimization.Needs.Select(n => n.Suffix));
        Assert.Equal(["klines.WIFUSDT.1h", "klines.SOLUSDT.1h", "klines.WIFUSDT.1m", "klines.SOLUSDT.1m"], portfolio.Needs.Select(n => n.Suffix));
        Assert.Contains("\"finer_interval\":\"1m\"", optimization.RequestJson, StringComparison.Ordinal);
    }

    private TradingOptions Options => new() { DataFolder = folder.Path, KlinesFolder = SharedFolder.OrSkip("data", "klines"), AllowBybit = false };

    private async Task<(BacktestStatistics Refined, BacktestStatistics Coarse)> BacktestsAsync()
    {
        using LocalBacktests local = new(Options, TimeProvider.System);
        async Task<BacktestStatistics> RunAsync(string more) => (await local.RunAsync(
            JsonElement.Parse($$"""{"backtest_id":"b","symbol":"WIFUSDT","strategy_config":{"name":"sma_cross","params":{"fast":3,"slow":6} },{{Broker}}{{more}}}"""),
            cancellationToken: Token)).Reply.Statistics!;
        return (await RunAsync(Finer), await RunAsync(""));
    }

    private static JsonElement Optimization(string more) => JsonElement.Parse($$"""
        {"optimization_id":"o{{more.Length}}","optimization_type":"grid","symbol":"WIFUSDT","strategy_config":{"name":"sma_cross","params":{"slow":6} },"param_space":{"fast":[3]},{{Broker}}{{more}}}
        """);
}
