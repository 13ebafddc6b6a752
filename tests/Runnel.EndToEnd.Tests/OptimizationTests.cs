using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Runnel.TestKit;
using Runnel.Trading;

namespace Runnel.EndToEnd.Tests;

/// <summary>Optimizations on real klines by real worker processes, which are killed at random: what comes out is what undisturbed ones find.</summary>
public sealed class OptimizationTests(RedisFixture redis) : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(180);
    private static readonly Dictionary<string, string> ShortLease = new(StringComparer.Ordinal)
    {
        ["Runnel__Worker__LeaseDuration"] = "00:00:01",
        ["Runnel__Worker__RenewInterval"] = "00:00:00.3",
        ["Runnel__Worker__MaxCrashes"] = "1000",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("runnel-optimization-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Klines => Path.Combine(TestFolders.Shared!, "data", "klines");

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        Assert.SkipWhen(TestFolders.Shared is null, TestFolders.NoShared);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("grid", 11)]
    [InlineData("walk_forward", 12)]
    [InlineData("k_fold", 13)]
    [InlineData("halving", 14)]
    public async Task Killing_workers_at_random_changes_no_bit_of_the_answer(string type, int seed)
    {
        JsonObject payload = type is "grid" or "halving" ? Payload(type, fasts: 100, slows: 200) : Payload(type, fasts: 30, slows: 60);
        if (type == "halving")
            payload["n_trials"] = 2_000;
        JsonObject undisturbed;
        await using (Workers workers = await Workers.StartAsync(redis, folder, "quiet", count: 1))
            undisturbed = await workers.ResultAsync(await workers.SubmitAsync(payload));

        (JsonObject disturbed, int killed) = await KilledAtRandomAsync(payload, undisturbed["trials"]!["total"]!.GetValue<long>(), seed);

        undisturbed.Remove("run");
        disturbed.Remove("run");
        Assert.InRange(killed, 3, 5);
        Assert.Equal(undisturbed.ToJsonString(), disturbed.ToJsonString());
    }

    [Theory]
    [InlineData("hyperband", "", 15)]
    [InlineData("nsga2", "", 16)]
    [InlineData("walk_forward", "bayesian", 17)]
    [InlineData("k_fold", "genetic", 18)]
    public async Task Killing_workers_at_random_changes_no_bit_of_what_a_method_that_learns_finds_without_a_queue(string type, string search, int seed)
    {
        JsonObject payload = Payload(type, fasts: 1, slows: 1);
        payload["param_space"] = JsonNode.Parse("""{"fast": {"type": "int", "low": 3, "high": 300}, "slow": {"type": "int", "low": 80, "high": 900}}""");
        (payload["constraints"], payload["seed"]) = ("fast < slow", seed);
        if (search.Length > 0)
            (payload["search"], payload["n_trials"]) = (search, 400);
        switch (type)
        {
            case "hyperband":
                (payload["first_budget"], payload["reduction_factor"]) = (1.0 / 128, 2);
                break;
            case "nsga2":
                (payload["n_trials"], payload["metrics"]) = (2_000, new JsonArray("total_return", "max_drawdown"));
                payload.Remove("metric");
                break;
            case "walk_forward":
                (payload["train_size"], payload["test_size"], payload["step_size"], payload["patience"]) = (700, 90, 180, 150);
                break;
        }

        CliResult local = await Cli.RunAsync(["optimize", "--payload", payload.ToJsonString(), "--klines", Klines, "--data-dir", Path.Combine(folder, "local"), "--json"]);
        Assert.True(local.ExitCode == 0, local.Errors);
        JsonObject undisturbed = JsonNode.Parse(local.Output)!.AsObject();

        (JsonObject disturbed, int killed) = await KilledAtRandomAsync(payload, undisturbed["trials"]!["completed"]!.GetValue<long>(), seed);

        undisturbed.Remove("run");
        disturbed.Remove("run");
        Assert.InRange(killed, 3, 5);
        Assert.Equal(undisturbed.ToJsonString(), disturbed.ToJsonString());
    }

    // Three workers, of which one is killed at each of five eighths of the trials. Tells how many were, while the optimization ran.
    private async Task<(JsonObject Reply, int Killed)> KilledAtRandomAsync(JsonObject payload, long trials, int seed)
    {
        Random random = new(seed);
        int killed = 0;
        await using Workers workers = await Workers.StartAsync(redis, folder, "killed", count: 3);
        string id = await workers.SubmitAsync(payload);
        for (int round = 1; round <= 5; round++)
        {
            await workers.UntilDoneAsync(id, trials * round / 8);
            int[] living = [.. workers.Tool.Children.Where(Processes.IsRunning)];
            if (living.Length == 0 || await workers.Client.FindAsync(id, Cancelled) is not { State: < TaskState.Completed })
                continue;
            Process.GetProcessById(living[random.Next(living.Length)]).Kill();
            killed++;
        }

        JsonObject reply = await workers.ResultAsync(id);
        QueueStats stats = await workers.Client.GetStatsAsync(Cancelled);
        Assert.Equal((0L, 0L), (stats.Running, stats.Dead));
        return (reply, killed);
    }

    [Fact]
    public async Task Two_at_once_on_two_data_sets_find_what_each_finds_alone_while_workers_that_prefer_what_they_hold_are_killed()
    {
        JsonObject[] payloads = [Payload("grid", fasts: 40, slows: 100), Payload("grid", fasts: 40, slows: 100)];
        (payloads[1]["optimization_id"], payloads[1]["symbol"]) = ("the other", "ETHUSDT");
        List<JsonObject> alone = [], together = [];
        await using (Workers workers = await Workers.StartAsync(redis, folder, "alone", count: 1))
        {
            foreach (JsonObject payload in payloads)
                alone.Add(await workers.ResultAsync(await workers.SubmitAsync(payload)));
        }

        await using (Workers workers = await Workers.StartAsync(redis, folder, "together", count: 3))
        {
            string[] ids = [await workers.SubmitAsync(payloads[0]), await workers.SubmitAsync(payloads[1])];
            for (int round = 1; round <= 2; round++)
            {
                await workers.UntilDoneAsync(ids[0], 4_000 * round / 3);
                Process.GetProcessById(workers.Tool.Children.First(Processes.IsRunning)).Kill();
            }

            foreach (string id in ids)
                together.Add(await workers.ResultAsync(id));
        }

        foreach (JsonObject reply in alone.Concat(together))
            reply.Remove("run");
        Assert.Equal(alone.Select(reply => reply.ToJsonString()), together.Select(reply => reply.ToJsonString()));
    }

    [Fact]
    public async Task Cancelling_the_task_stops_its_chunks_within_two_seconds()
    {
        await using Workers workers = await Workers.StartAsync(redis, folder, "cancel", count: 2);
        string id = await workers.SubmitAsync(Payload("grid", fasts: 300, slows: 900));
        await workers.UntilDoneAsync(id, 1);

        long since = TimeProvider.System.GetTimestamp();
        await workers.Client.CancelAsync(id, Cancelled);
        await Eventually.TrueAsync(
            async () => await workers.Client.GetStatsAsync(Cancelled) is { Running: 0 } stats && stats.Queued.Values.Sum() == 0, Deadline, "all chunks have ended", Cancelled);

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(TaskState.Cancelled, (await workers.Client.FindAsync(id, Cancelled))!.State);
        Assert.Equal(0, (await workers.Client.GetStatsAsync(Cancelled)).Dead);
    }

    [Fact]
    public async Task The_tool_pauses_weighs_and_resumes_an_optimization_by_its_id()
    {
        await using Workers workers = await Workers.StartAsync(redis, folder, "steered", count: 1);
        JsonObject payload = Payload("grid", fasts: 4, slows: 4);
        string name = payload["optimization_id"]!.GetValue<string>();
        Task<CliResult> Tool(params string[] arguments) => Cli.RunAsync(["optimize", .. arguments, "--redis-url", redis.Url, "--stream", workers.Queue]);

        CliResult pause = await Tool("pause", name);
        string id = await workers.SubmitAsync(payload);
        await Eventually.TrueAsync(
            async () => (await workers.Client.FindAsync(id, Cancelled))?.Progress?.Detail is { } detail && JsonSerializer.Deserialize<OptimizationProgress>(detail)!.OpenChunks > 0,
            Deadline, "its chunks wait", Cancelled);
        CliResult weight = await Tool("weight", name, "2.5"), wrong = await Tool("weight", name, "0");
        TaskInfo? paused = await workers.Client.FindAsync(id, Cancelled);
        CliResult resume = await Tool("resume", name);
        JsonObject reply = await workers.ResultAsync(id);

        Assert.Equal((0, 0, 0, 1), (pause.ExitCode, weight.ExitCode, resume.ExitCode, wrong.ExitCode));
        Assert.Contains($"go on with: runnel optimize resume {name}", pause.Output, StringComparison.Ordinal);
        Assert.Contains("has the weight 2.5", weight.Output, StringComparison.Ordinal);
        Assert.Equal(0, JsonSerializer.Deserialize<OptimizationProgress>(paused!.Progress!.Detail!)!.Done);
        Assert.Equal(16, reply["trials"]!["completed"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_tool_optimizes_without_a_queue_and_leads_with_what_luck_would_reach()
    {
        string[] command =
        [
            "optimize", "--strategy", "sma_cross", "--param", "fast=5:20:5", "--param", "slow=40,80", "--symbol", "BTCUSDT", "--interval", "1h", "--from", "2021-01-01", "--to", "2022-01-01",
            "--set", "commission=0.0005", "--klines", Klines, "--data-dir", folder, "--id", "by the tool",
        ];

        CliResult text = await Cli.RunAsync(command);
        CliResult json = await Cli.RunAsync([.. command, "--json", "--parquet", Path.Combine(folder, "trials.parquet"), "--report", Path.Combine(folder, "report.html")]);
        string report = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"), Cancelled);

        Assert.Equal((0, 0), (text.ExitCode, json.ExitCode));
        Assert.StartsWith("The best of 8 trials by luck alone would reach a Sharpe ratio of ", text.Output, StringComparison.Ordinal);
        OptimizationReply reply = JsonSerializer.Deserialize<OptimizationReply>(json.Output)!;
        Assert.Equal((8, 8), (reply.Trials!.Completed, reply.Top!.Count));
        Assert.Contains($"fast {reply.Best!.Params["fast"]}, slow {reply.Best.Params["slow"]}", text.Output, StringComparison.Ordinal);
        Assert.Contains("Wrote 8 trials to ", json.Errors, StringComparison.Ordinal);
        Assert.Contains(reply.Guards!.Headline, report, StringComparison.Ordinal);
        Assert.Equal(8, report.Split("<rect ").Length - 1);
    }

    [Fact]
    public async Task The_tool_tells_what_each_fold_came_to()
    {
        CliResult text = await Cli.RunAsync(
        [
            "optimize", "--type", "k_fold", "--strategy", "sma_cross", "--param", "fast=5:20:5", "--param", "slow=40,80", "--symbol", "BTCUSDT", "--interval", "1h", "--from", "2021-01-01",
            "--to", "2022-01-01", "--set", "folds=4", "--klines", Klines, "--data-dir", folder, "--report", Path.Combine(folder, "folds.html"),
        ]);
        string report = await File.ReadAllTextAsync(Path.Combine(folder, "folds.html"), Cancelled);

        Assert.Equal(0, text.ExitCode);
        Assert.StartsWith("Out of sample, what was found on the other folds and run on each:", text.Output, StringComparison.Ordinal);
        Assert.Contains("32 trials run", text.Output, StringComparison.Ordinal);
        Assert.Contains("<h2>Folds</h2>", report, StringComparison.Ordinal);
        Assert.Contains("id=\"out-of-sample\"", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_searches_windows_by_a_method_that_learns()
    {
        CliResult text = await Cli.RunAsync(
        [
            "optimize", "--type", "walk_forward", "--search", "bayesian", "--trials", "30", "--patience", "12", "--strategy", "sma_cross", "--param", "fast=5:50", "--param", "slow=60:200",
            "--symbol", "BTCUSDT", "--interval", "1h", "--from", "2021-01-01", "--to", "2022-01-01", "--klines", Klines, "--data-dir", folder, "--report", Path.Combine(folder, "windows.html"),
        ]);
        string report = await File.ReadAllTextAsync(Path.Combine(folder, "windows.html"), Cancelled);

        Assert.Equal(0, text.ExitCode);
        Assert.Matches("Ended after [0-9]+ of 210 trials: no trial improved on the best for 12 trials in a row in [1-7] of 7 windows \\(patience\\)\\.", text.Output);
        Assert.Contains("<th>trials</th>", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_shows_the_front_of_several_metrics()
    {
        string[] command =
        [
            "optimize", "--type", "nsga2", "--metrics", "total_return,max_drawdown", "--strategy", "sma_cross", "--param", "fast=5:50:5", "--param", "slow=60:200:20", "--symbol", "BTCUSDT",
            "--interval", "1h", "--from", "2021-01-01", "--to", "2022-01-01", "--set", "n_trials=60", "--klines", Klines, "--data-dir", folder, "--id", "front", "--report",
            Path.Combine(folder, "front.html"),
        ];
        CliResult text = await Cli.RunAsync(command), json = await Cli.RunAsync([.. command, "--json"]);
        string report = await File.ReadAllTextAsync(Path.Combine(folder, "front.html"), Cancelled);

        Assert.Equal((0, 0), (text.ExitCode, json.ExitCode));
        OptimizationFront front = JsonSerializer.Deserialize<OptimizationReply>(json.Output)!.Front!;
        Assert.Contains($"{front.Size} trials that no other beats in all of total_return_percent (maximize), max_drawdown_percent (minimize):", text.Output, StringComparison.Ordinal);
        Assert.Equal(front.Size, report.Split("<circle class=\"front\"").Length - 1);
    }

    [Theory]
    [InlineData("fast=5:1", "--param is 'fast=5:1'; give NAME=VALUES", 2)]
    [InlineData("fsat=5", "param_space.fsat is not a parameter of sma_cross. It takes fast, slow", 1)]
    public async Task The_tool_says_what_is_wrong_with_a_parameter(string parameter, string said, int code)
    {
        CliResult result = await Cli.RunAsync(
            ["optimize", "--strategy", "sma_cross", "--param", parameter, "--symbol", "BTCUSDT", "--interval", "1h", "--from", "2021-01-01", "--to", "2022-01-01", "--klines", Klines, "--data-dir", folder]);

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
    }

    private static JsonObject Payload(string type, int fasts, int slows) => new()
    {
        ["optimization_id"] = $"{type} by processes",
        ["optimization_type"] = type,
        ["strategy_config"] = new JsonObject { ["name"] = "sma_cross", ["params"] = new JsonObject() },
        ["param_space"] = new JsonObject
        {
            ["fast"] = JsonSerializer.SerializeToNode(Enumerable.Range(3, fasts)),
            ["slow"] = JsonSerializer.SerializeToNode(Enumerable.Range(80, slows)),
        },
        ["symbol"] = "BTCUSDT",
        ["interval"] = "1h",
        ["start_date"] = "2020-01-01",
        ["end_date"] = "2026-01-01",
        ["metric"] = "sharpe_ratio",
    };

    private sealed class Workers : IAsyncDisposable
    {
        private Workers(RunningTool tool, RunnelClient client, string queue) => (Tool, Client, Queue) = (tool, client, queue);

        public string Queue { get; }

        public RunningTool Tool { get; }

        public RunnelClient Client { get; }

        public static async Task<Workers> StartAsync(RedisFixture redis, string folder, string name, int count)
        {
            string queue = redis.NewQueue();
            RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);
            RunningTool tool = RunningTool.Start(
                ["worker", "--redis-url", redis.Url, "--stream", queue, "--data-dir", Path.Combine(folder, name), "--workers", $"{count}", "--concurrency", "1", "--klines", Klines], ShortLease);
            for (int ready = 0; ready < count; ready++)
                await tool.LineAsync("takes tasks from");
            return new Workers(tool, client, queue);
        }

        public Task<string> SubmitAsync(JsonObject payload) =>
            Client.SubmitAsync("optimization", payload, new SubmitOptions { MaxRetries = 2, Timeout = TimeSpan.FromSeconds(7200) }, Cancelled);

        public async Task<JsonObject> ResultAsync(string id) => (await Client.WaitForResultAsync<JsonObject>(id, Deadline, Cancelled))!;

        public Task UntilDoneAsync(string id, long trials) => Eventually.TrueAsync(
            async () => await Client.FindAsync(id, Cancelled) is { } task
                && (task.State >= TaskState.Completed || (task.Progress?.Detail is { } detail && JsonSerializer.Deserialize<OptimizationProgress>(detail)!.Done >= trials)), Deadline, $"{trials} trials are done", Cancelled);

        public async ValueTask DisposeAsync()
        {
            await Tool.DisposeAsync();
            await Client.DisposeAsync();
        }
    }
}
