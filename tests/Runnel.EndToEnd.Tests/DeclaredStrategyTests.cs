using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary>Declared rules through worker processes, as a sender of any language would have them run.</summary>
public sealed class DeclaredStrategyTests(RedisFixture redis) : IDisposable
{
    private const string Market = """
        "strategy_config": {"params": {"fast": 10, "slow": 30}, "require": "fast < slow", "entry": "cross_above(ema(close, fast), ema(close, slow))", "exit": "cross_below(ema(close, fast), ema(close, slow))"},
        "interval": "1h", "start_date": "2024-01-01", "end_date": "2024-07-01", "initial_capital": 10000
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Rules_in_a_payload_are_backtested_searched_and_run_on_several_symbols()
    {
        string queue = redis.NewQueue();
        Dictionary<string, string> environment = new() { ["Runnel__Trading__AllowBybit"] = "false", ["Runnel__Trading__AllowSynthetic"] = "true", ["RUNNEL_DATA_DIR"] = folder };
        await using RunningTool workers = RunningTool.Start(["worker", "--redis-url", redis.Url, "--stream", queue, "--workers", "2"], environment);
        await workers.LineAsync("takes tasks from");

        JsonElement single = await RunAsync(queue, "backtest", $$"""{"backtest_id": "b", "symbol": "BTCUSDT", {{Market}}}""");
        JsonElement search = await RunAsync(queue, "optimization", $$"""
            {"optimization_id": "o", "optimization_type": "grid", "symbol": "BTCUSDT", "param_space": {"fast": [5, 10, 20, 30], "slow": [20, 30, 60]}, {{Market}}}
            """);
        JsonElement portfolio = await RunAsync(queue, "portfolio", $$"""{"symbols": ["BTCUSDT", "ETHUSDT"], {{Market}}}""");

        Assert.Equal("declared", single.GetProperty("strategy").GetProperty("name").GetString());
        Assert.True(single.GetProperty("trade_count").GetInt32() > 10);
        JsonElement trials = search.GetProperty("trials");
        Assert.Equal((12, 9, 3), (trials.GetProperty("total").GetInt32(), trials.GetProperty("completed").GetInt32(), trials.GetProperty("skipped").GetInt32()));
        JsonElement same = search.GetProperty("top").EnumerateArray().Single(t => t.GetProperty("params").GetProperty("fast").GetDouble() == 10 && t.GetProperty("params").GetProperty("slow").GetDouble() == 30);
        Assert.Equal(single.GetProperty("statistics").GetProperty("final_equity").GetDouble(), same.GetProperty("statistics").GetProperty("final_equity").GetDouble());
        Assert.Equal(["BTCUSDT", "ETHUSDT"], portfolio.GetProperty("symbols").EnumerateArray().Select(s => s.GetProperty("symbol").GetString()));
        Assert.Equal(single.GetProperty("trade_count").GetInt32(), portfolio.GetProperty("symbols")[0].GetProperty("trade_count").GetInt32());
    }

    private async Task<JsonElement> RunAsync(string queue, string type, string payload)
    {
        CliResult result = await Cli.RunAsync(["submit", type, "--payload", payload, "--wait", "--redis-url", redis.Url, "--stream", queue]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return JsonElement.Parse(result.Output);
    }
}
