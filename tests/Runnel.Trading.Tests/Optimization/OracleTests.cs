using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

/// <summary>Optimizations through the queue on real klines, against the answers of independent engines (the tolerances are those of the oracles' README).</summary>
public sealed class OracleTests(RedisFixture redis)
{
    private static readonly DateTimeOffset FirstBar = new(2020, 3, 25, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task O01_a_full_grid_with_its_overfitting_figures()
    {
        JsonElement oracle = Read("O01-grid-sma_cross-bybit-linear-BTCUSDT-60.json");
        await using OptimizationHost host = await StartAsync();

        OptimizationReply byEquity = await host.RunAsync(Payload(oracle, "grid", "final_equity", bars: 10_000));
        OptimizationReply bySharpe = await host.RunAsync(Payload(oracle, "grid", "sharpe_ratio", bars: 10_000));
        OptimizationReply byDrawdown = await host.RunAsync(Payload(oracle, "grid", "max_drawdown", bars: 10_000));

        Dictionary<(double, double), JsonElement> rows = oracle.GetProperty("rows").EnumerateArray().ToDictionary(r => (r[0].GetDouble(), r[1].GetDouble()));
        Assert.Equal((100, 90, 10, 0), (byEquity.Trials!.Total, byEquity.Trials.Completed, byEquity.Trials.Skipped, byEquity.Trials.Failed));
        Assert.Equal(90, byEquity.Top!.Count);
        Assert.All(byEquity.Top, trial =>
        {
            JsonElement row = rows[(trial.Params["fast"], trial.Params["slow"])];
            Near(row[2].GetDouble(), trial.Statistics.FinalEquity);
            Near(row[3].GetDouble(), trial.Statistics.TotalReturnPercent);
            Near(row[4].GetDouble(), trial.Statistics.MaxDrawdownPercent);
            Assert.Equal(row[5].GetInt32(), trial.Statistics.Trades);
            Near(row[6].GetDouble(), trial.Statistics.Sharpe!.Value);
            Near(row[7].GetDouble(), trial.Statistics.ProfitFactor!.Value);
        });
        Best(oracle.GetProperty("best_by_final_equity"), byEquity);
        Best(oracle.GetProperty("best_by_sharpe"), bySharpe);
        Best(oracle.GetProperty("best_by_lowest_drawdown"), byDrawdown);
        JsonElement luck = oracle.GetProperty("overfitting");
        Near(luck.GetProperty("psr_zero").GetDouble(), bySharpe.Guards!.ProbabilisticSharpe!.Value);
        Near(luck.GetProperty("dsr").GetDouble(), bySharpe.Guards.DeflatedSharpe!.Value);
        Near(luck.GetProperty("pbo").GetDouble(), bySharpe.Guards.OverfittingProbability!.Value);
        Near(luck.GetProperty("sr0").GetDouble() * Math.Sqrt(365), bySharpe.Guards.LuckSharpe);
    }

    [Fact]
    public async Task O04_a_walk_forward_optimization()
    {
        JsonElement oracle = Read("O04-walkforward-sma_cross-bybit-linear-BTCUSDT-60.json");
        await using OptimizationHost host = await StartAsync();
        JsonObject payload = Payload(oracle, "walk_forward", "final_equity", bars: 14_000);
        payload["size_unit"] = "bars";
        foreach (string name in (string[])["train", "test", "step"])
            payload[name + "_size"] = oracle.GetProperty(name).GetInt32();

        OptimizationReply reply = await host.RunAsync(payload);

        JsonElement[] windows = [.. oracle.GetProperty("windows").EnumerateArray()];
        Assert.Equal(windows.Length, reply.Windows!.Count);
        Assert.All(windows.Zip(reply.Windows), pair =>
        {
            (JsonElement expected, OptimizationWindow window) = pair;
            Assert.Equal(FirstBar.AddHours(expected.GetProperty("test")[0].GetInt32()), window.TestFrom);
            Best(expected.GetProperty("best"), window.Best!.Params);
            Near(expected.GetProperty("train_final_equity").GetDouble(), window.Best.Statistics.FinalEquity);
            Near(expected.GetProperty("test_final_equity").GetDouble(), window.Test!.FinalEquity);
            Assert.Equal(expected.GetProperty("test_trades").GetInt32(), window.Test.Trades);
        });
        Near(oracle.GetProperty("compounded_test_return_pct").GetDouble(), reply.OutOfSample!.TotalReturnPercent);
        Assert.InRange(reply.OutOfSample.EfficiencyRatio!.Value, -5, 5);
    }

    private Task<OptimizationHost> StartAsync() => OptimizationHost.StartAsync(redis, concurrency: 2, t => t.KlinesFolder = SharedFolder.OrSkip("data", "klines"));

    private static JsonElement Read(string name) => JsonElement.Parse(File.ReadAllText(SharedFolder.OrSkip("oracles", "optimization", name)));

    private static JsonObject Payload(JsonElement oracle, string type, string metric, int bars)
    {
        JsonElement settings = oracle.GetProperty("settings");
        return new JsonObject
        {
            ["optimization_id"] = $"{oracle.GetProperty("id").GetString()} {metric}",
            ["optimization_type"] = type,
            ["strategy_config"] = new JsonObject { ["name"] = oracle.GetProperty("strategy").GetString() },
            ["param_space"] = JsonObject.Create(oracle.GetProperty("space")),
            ["symbol"] = "BTCUSDT",
            ["interval"] = "60",
            ["start_date"] = "2020-01-01",
            ["end_date"] = FirstBar.AddHours(bars).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture),
            ["metric"] = metric,
            ["top"] = 100,
            ["initial_capital"] = settings.GetProperty("cash").GetDouble(),
            ["commission"] = settings.GetProperty("commission").GetDouble(),
            ["slippage"] = 0,
            ["lot"] = settings.GetProperty("lot").GetDouble(),
            ["size"] = settings.GetProperty("size_value").GetDouble(),
        };
    }

    private static void Best(JsonElement expected, OptimizationReply reply) => Best(expected, reply.Best!.Params);

    private static void Best(JsonElement expected, IReadOnlyDictionary<string, double> parameters) => Assert.Equal(
        (expected.GetProperty("fast").GetDouble(), expected.GetProperty("slow").GetDouble()), (parameters["fast"], parameters["slow"]));

    private static void Near(double expected, double actual) => Assert.InRange(actual, expected - Math.Abs(expected) * 1e-6, expected + Math.Abs(expected) * 1e-6);
}
