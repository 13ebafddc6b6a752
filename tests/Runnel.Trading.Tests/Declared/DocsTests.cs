using System.Text.Json;
using Runnel.Backtesting;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Declared;

public sealed class DocsTests
{
    [Fact]
    public void Every_example_runs_and_trades()
    {
        string text = File.ReadAllText(Path.Combine(TestFolders.Repository, "docs", "backtesting", "declared-strategies.md"));
        string[] examples = [.. text.Split("```json\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];

        Assert.True(examples.Length >= 5, $"{examples.Length} examples");
        Assert.All(examples, example =>
        {
            (Strategy strategy, BacktestSettings settings) = Read(example);

            BacktestResult result = Backtest.Run(Market(), strategy, settings, cancellationToken: TestContext.Current.CancellationToken);

            Assert.True(result.Trades.Count > 5, $"{result.Trades.Count} trades: {example}");
        });
    }

    [Fact]
    public void The_error_shown_is_the_error_given()
    {
        string text = File.ReadAllText(Path.Combine(TestFolders.Repository, "docs", "backtesting", "declared-strategies.md"));

        PayloadException error = Assert.Throws<PayloadException>(() => BacktestPlan.Of(JsonSerializer.Deserialize<JsonElement>(
            """{"backtest_id":"b","strategy_config":{"entry":"close > emaa(close, 20)"},"symbol":"BTCUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000}""")));

        Assert.Contains(error.Message[error.Message.IndexOf("strategy_config", StringComparison.Ordinal)..].TrimEnd('.'), text, StringComparison.Ordinal);
    }

    private static (Strategy Strategy, BacktestSettings Settings) Read(string example)
    {
        JsonElement json = JsonElement.Parse(example);
        if (json.TryGetProperty("optimization_id", out _))
        {
            OptimizationPlan search = OptimizationPlan.Of(json);
            return (search.Strategy.Create(search.ParametersOf(search.Trials - 1)), search.Settings);
        }

        BacktestPlan plan = BacktestPlan.Of(JsonElement.Parse(
            $$"""{"backtest_id":"b","strategy_config":{{example}},"symbol":"BTCUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000}"""));
        return (plan.Strategy, plan.Settings);
    }

    private static Klines Market()
    {
        const int count = 6_000;
        Random random = new(6);
        long[] times = [.. Enumerable.Range(0, count).Select(i => 1_704_067_200_000 + i * 3_600_000L)];
        double[] close = new double[count];
        for (int i = 0; i < count; i++)
            close[i] = i == 0 ? 30_000 : close[i - 1] * (0.99 + 0.02005 * random.NextDouble());
        double[] open = [close[0], .. close[..^1]];
        return new Klines("TEST", times, open, [.. open.Zip(close, (a, b) => Math.Max(a, b) * 1.002)], [.. open.Zip(close, (a, b) => Math.Min(a, b) * 0.998)], close, [.. close.Select(_ => 1.0)]);
    }
}
