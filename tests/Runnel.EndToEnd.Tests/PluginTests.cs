using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class PluginTests(RedisFixture redis) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_worker_runs_a_strategy_of_a_plug_in_by_its_name()
    {
        string queue = redis.NewQueue();
        const string payload = """
            {"backtest_id":"p","strategy_config":{"name":"Volume Breakout","params":{"length":30}},"symbol":"BTCUSDT","interval":"1h",
             "start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000}
            """;
        await using RunningTool workers = RunningTool.Start(
            ["worker", "--redis-url", redis.Url, "--stream", queue, "--workers", "1", "--plugins", SampleFolder()], Environment());
        await workers.LineAsync("takes tasks from");

        CliResult result = await Cli.RunAsync(["submit", "backtest", "--payload", payload, "--wait", "--redis-url", redis.Url, "--stream", queue]);

        Assert.True(result.ExitCode == 0, result.Errors);
        using JsonDocument reply = JsonDocument.Parse(result.Output);
        Assert.Equal("volume_breakout", reply.RootElement.GetProperty("strategy").GetProperty("name").GetString());
        Assert.True(reply.RootElement.GetProperty("trade_count").GetInt32() > 0);
    }

    [Fact]
    public async Task The_parameters_of_a_plug_in_are_searched_without_a_queue()
    {
        CliResult result = await Cli.RunAsync(
            [
                "optimize", "--strategy", "Volume Breakout", "--param", "length=20:60:20", "--symbol", "BTCUSDT", "--interval", "1h", "--from", "2024-01-01", "--to", "2024-07-01",
                "--plugins", SampleFolder(), "--json",
            ],
            environment: Environment());

        Assert.True(result.ExitCode == 0, result.Errors);
        using JsonDocument reply = JsonDocument.Parse(result.Output);
        Assert.Equal("volume_breakout", reply.RootElement.GetProperty("strategy").GetString());
        Assert.Equal(3, reply.RootElement.GetProperty("trials").GetProperty("completed").GetInt32());
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_said_before_anything_starts()
    {
        CliResult result = await Cli.RunAsync(["worker", "--redis-url", redis.Url, "--stream", redis.NewQueue(), "--plugins", Path.Combine(folder, "nowhere")]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--plugins is", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strategies_are_listed_and_shown_with_their_schema()
    {
        CliResult list = await Cli.RunAsync(["strategies", "list", "--plugins", SampleFolder()]);
        CliResult shown = await Cli.RunAsync(["strategies", "show", "EMA Crossover", "--json"]);
        CliResult declared = await Cli.RunAsync(["strategies", "show", "declared", "--json"]);
        CliResult unknown = await Cli.RunAsync(["strategies", "show", "crystal ball"]);

        Assert.Contains("volume_breakout", list.Output, StringComparison.Ordinal);
        Assert.Contains("declared", list.Output, StringComparison.Ordinal);
        using JsonDocument schema = JsonDocument.Parse(shown.Output);
        JsonElement fast = schema.RootElement.GetProperty("schema").GetProperty("properties").GetProperty("params").GetProperty("properties").GetProperty("fast");
        Assert.Equal((12, 1, "integer"), (fast.GetProperty("default").GetInt32(), fast.GetProperty("minimum").GetInt32(), fast.GetProperty("type").GetString()));
        Assert.Contains("bars_since_entry", declared.Output, StringComparison.Ordinal);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("Give one of: sma_cross, ema_cross", unknown.Errors, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Environment() =>
        new() { ["Runnel__Trading__AllowBybit"] = "false", ["Runnel__Trading__AllowSynthetic"] = "true", ["RUNNEL_DATA_DIR"] = folder };

    private static string SampleFolder()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory); // tests/…/bin/CONFIGURATION/net10.0
        return Path.Combine(TestFolders.Repository, "samples", "StrategyPlugin", "bin", output.Parent!.Name, output.Name);
    }
}
