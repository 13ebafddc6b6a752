using System.Text;
using System.Text.Json;
using Parquet;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Trading.Tests.Optimization;

public sealed class OptimizationTaskTests(RedisFixture redis)
{
    private static readonly DateTimeOffset From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_worker_with_one_slot_finishes_a_grid_with_the_figures_of_single_backtests()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 1);
        int[] fasts = [.. Enumerable.Range(1, 20)], slows = [.. Enumerable.Range(2, 20)];

        OptimizationReply reply = await host.RunAsync(Payload("grid", fasts, slows));

        Klines klines = (await new SyntheticMarket(7, new KlineCache()).LoadAsync(Request(), Token)).Klines;
        BacktestSettings settings = new() { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001, Size = OrderSize.Fraction(0.95), Lot = 0.001 };
        IReadOnlyList<Strategy> pairs = ParameterGrid.Expand("sma_cross", [new("fast", [.. fasts.Select(f => (double)f)]), new("slow", [.. slows.Select(s => (double)s)])]);
        OptimizationTrial[] expected = [.. pairs
            .Select(p => (Trial: (long)((p.Parameters["fast"] - 1) * slows.Length + p.Parameters["slow"] - 2), p.Parameters, Statistics: Backtest.RunStatistics(klines, p, settings)))
            .OrderByDescending(t => t.Statistics.Sharpe ?? double.NegativeInfinity).ThenBy(t => t.Trial).Take(20)
            .Select(t => new OptimizationTrial { Trial = t.Trial, Params = t.Parameters, Value = t.Statistics.Sharpe, Statistics = t.Statistics })];
        Assert.Equal("completed", reply.Status);
        Assert.Equal((400, pairs.Count, 400 - pairs.Count, 0), (reply.Trials!.Total, reply.Trials.Completed, reply.Trials.Skipped, reply.Trials.Failed));
        Assert.Equal(expected.Select(t => (t.Trial, t.Value, t.Statistics)), reply.Top!.Select(t => (t.Trial, t.Value, t.Statistics)));
        Assert.Equal(expected[0].Params, reply.Best!.Params);
        Assert.Equal(pairs.Count, reply.Guards!.Trials);
        Assert.Contains("invented", Assert.Single(reply.Warnings!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_ask_for_workers_that_hold_their_klines_and_a_worker_says_which_it_holds()
    {
        string queue = redis.NewQueue();
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis.Url, queue, concurrency: 1);
        Assert.Empty(host.Affinities);

        await host.RunAsync(Payload("grid", [5, 10], [20, 30]));

        string held = Assert.Single(host.Affinities);
        RedisKey[] chunks = [.. redis.Connection.GetServers()[0].Keys(pattern: $"{{{queue}}}:task:optimization:*")];
        Assert.NotEmpty(chunks);
        Assert.All(chunks, chunk => Assert.Equal(held, redis.Database.HashGet(chunk, "affinity")));
    }

    [Fact]
    public async Task The_answer_is_the_same_with_one_slot_and_with_many()
    {
        object payload = Payload("grid", [.. Enumerable.Range(2, 30)], [.. Enumerable.Range(20, 40)]);
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 12);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload);

        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.NotEqual(left.Run!.Chunks, right.Run!.Chunks);
    }

    [Fact]
    public async Task A_random_search_depends_on_its_seed_alone()
    {
        Dictionary<string, object> payload = Payload("random", [], []);
        payload["param_space"] = OptimizationPayloads.Ranges;
        (payload["constraints"], payload["n_trials"], payload["seed"]) = ("fast < slow", 300, 5);
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload);
        (payload["seed"], payload["optimization_id"]) = (6, "other");
        OptimizationReply other = await one.RunAsync(payload);

        Assert.Equal((300, 300), (left.Trials!.Total, left.Trials.Completed));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.NotEqual(JsonSerializer.Serialize(left.Top), JsonSerializer.Serialize(other.Top));
        Assert.All(left.Top!, t => Assert.True(t.Params["fast"] < t.Params["slow"]));
    }

    [Theory]
    [InlineData("bayesian")]
    [InlineData("cma_es")]
    [InlineData("genetic")]
    [InlineData("sobol")]
    [InlineData("latin_hypercube")]
    public async Task A_method_that_samples_gives_the_same_answer_with_one_slot_and_with_many(string type)
    {
        Dictionary<string, object> payload = Payload(type, [], []);
        payload["param_space"] = OptimizationPayloads.Ranges;
        (payload["constraints"], payload["n_trials"], payload["seed"], payload["direction"]) = ("fast < slow", 60, 5, "maximize");
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload);

        Assert.Equal((60, 60), (left.Trials!.Total, left.Trials.Completed));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.All(left.Top!, t => Assert.True(t.Params["fast"] < t.Params["slow"]));
    }

    [Fact]
    public async Task Without_a_queue_the_answer_is_the_same_to_the_bit()
    {
        Dictionary<string, object> payload = Payload("walk_forward", [5, 10, 20], [30, 60, 90]);
        using TemporaryFolder folder = new();
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 3);

        OptimizationReply queued = await host.RunAsync(payload);
        OptimizationReply local = await OptimizationPayloads.RunAsync(folder, payload);

        Assert.Equal(JsonSerializer.Serialize(queued with { Run = null }), JsonSerializer.Serialize(local with { Run = null }));
        Assert.Equal(7, local.Windows!.Count);
        Assert.Equal(local.Windows.Select(w => w.TestFrom.AddDays(30)).SkipLast(1), local.Windows.Select(w => w.TestFrom).Skip(1));
        Assert.Equal(From.AddDays(120), local.Windows[0].TestFrom);
        Assert.InRange(local.OutOfSample!.MaxDrawdownPercent, 0.01, 100);
    }

    [Fact]
    public async Task A_local_run_that_was_interrupted_goes_on_where_it_was()
    {
        using TemporaryFolder folder = new();
        TradingOptions options = OptimizationPayloads.Options(folder);
        JsonElement payload = JsonSerializer.SerializeToElement(Payload("grid", [.. Enumerable.Range(1, 100)], [.. Enumerable.Range(101, 200)]));
        await OptimizationPayloads.InterruptAsync(folder, payload, at: 1, threads: 1);

        List<OptimizationProgress> seen = [];
        OptimizationReply reply = await new LocalOptimizer(options).RunAsync(payload, 1, new Collect(seen), Token);

        using MemoryStream parquet = new();
        long rows = await new OptimizationArchive(options).WriteParquetAsync("o", parquet, Token);
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(parquet.ToArray()), cancellationToken: Token);

        Assert.Equal((20_000, 1), (rows, reader.RowGroupCount));
        Assert.Equal(["window", "trial", "status", "score", "param_fast", "param_slow", "initial_equity"], reader.Schema.DataFields.Take(7).Select(f => f.Name));
        Assert.InRange(seen[0].Done, 1, 19_999);
        Assert.Equal(20_000, reply.Trials!.Completed);
        Assert.True(reply.Run!.ChunkSeconds > 0);
    }

    [Fact]
    public async Task Progress_is_told_and_ends_at_all_trials()
    {
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 2, run: async (session, chunk, time, stop) =>
        {
            if (chunk.Number == 1)
                await told.Task.WaitAsync(stop); // the slot that is left runs the others and the steps
            return ChunkRunner.Run(session, chunk, time, stop);
        });
        string id = await host.Client.SubmitAsync("optimization", Payload("grid", [.. Enumerable.Range(1, 60)], [.. Enumerable.Range(61, 60)]), cancellationToken: Token);

        List<OptimizationProgress> seen = [];
        while (await host.Client.FindAsync(id, Token) is { State: < TaskState.Completed } task)
        {
            if (task.Progress?.Detail is { } detail)
                seen.Add(JsonSerializer.Deserialize<OptimizationProgress>(detail)!);
            if (seen.Count > 0 && seen[^1].Done > 0)
                told.TrySetResult();
        }

        Assert.All(seen, p => Assert.Equal(3600, p.Total));
        Assert.Equal(seen.Select(p => p.Done).Order(), seen.Select(p => p.Done));
        Assert.Contains(seen, p => p is { Done: > 0, TrialsPerSecond: > 0, BestValue: not null });
    }

    [Fact]
    public async Task One_id_is_run_once_and_another_request_for_it_is_told_so()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        OptimizationReply first = await host.RunAsync(Payload("grid", [5, 10], [20, 40]));

        OptimizationReply again = await host.RunAsync(Payload("grid", [5, 10], [20, 40]));
        OptimizationReply other = await host.RunAsync(Payload("grid", [5, 10], [20, 50]));

        Assert.Equal(JsonSerializer.Serialize(first), JsonSerializer.Serialize(again));
        Assert.Contains("another param_space", other.Warnings![^1], StringComparison.Ordinal);
        Assert.Equal(JsonSerializer.Serialize(first.Top), JsonSerializer.Serialize(other.Top));
    }

    [Fact]
    public async Task A_cancelled_optimization_can_be_taken_up_by_another_task_and_keeps_what_it_found()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        object payload = Payload("grid", [.. Enumerable.Range(1, 80)], [.. Enumerable.Range(81, 200)]);
        string id = await host.Client.SubmitAsync("optimization", payload, cancellationToken: Token);
        await Eventually.TrueAsync(async () => (await host.Records.TotalsAsync("o", Token)).Totals.Done > 0, Patience, "a chunk is done", Token);

        await host.Client.CancelAsync(id, Token);
        Assert.Equal(TaskState.Cancelled, (await host.Client.WaitAsync(id, Patience, Token)).State);
        QueueStats stats = new() { Queue = "", Group = "", Queued = new Dictionary<TaskPriority, long>() };
        await Eventually.TrueAsync(async () => (stats = await host.Client.GetStatsAsync(Token)) is { Running: 0 } && stats.Queued.Values.Sum() == 0, Patience, "all chunks have ended", Token);
        long found = (await host.Records.TotalsAsync("o", Token)).Totals.Done;
        OptimizationReply reply = await host.RunAsync(payload);

        Assert.InRange(found, 1, 15_999);
        Assert.Equal((16_000, "completed"), (reply.Trials!.Completed, reply.Status));
        Assert.Equal(0, (await host.Client.GetStatsAsync(Token)).Dead);
    }

    [Fact]
    public async Task A_paused_optimization_rests_until_it_is_resumed()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        await host.Client.PauseOptimizationAsync("o", Token);
        string id = await host.Client.SubmitAsync("optimization", Payload("grid", [5, 10], [20, 40]), cancellationToken: Token);
        await Eventually.TrueAsync(async () => (await host.Records.TotalsAsync("o", Token)).Totals.Open > 0, Patience, "chunks are planned", Token);
        await Eventually.TrueAsync(async () => (await host.Client.FindAsync(id, Token))!.State == TaskState.Scheduled, Patience, "its task sleeps", Token);

        long whilePaused = (await host.Records.TotalsAsync("o", Token)).Totals.Done;
        await host.Client.ResumeOptimizationAsync("o", Token);
        OptimizationReply? reply = await host.Client.WaitForResultAsync<OptimizationReply>(id, Patience, Token);

        Assert.Equal(0, whilePaused);
        Assert.Equal(4, reply!.Trials!.Completed);
    }

    [Fact]
    public async Task A_typed_payload_runs_as_the_raw_one_does()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        GridSearchPayload payload = new()
        {
            OptimizationId = "typed",
            StrategyConfig = new StrategyConfig("sma_cross", new Dictionary<string, double>()),
            ParamSpace = new Dictionary<string, IReadOnlyList<double>> { ["fast"] = [5, 10], ["slow"] = [20, 40] },
            Symbol = "BTCUSDT",
            Interval = "1h",
            StartDate = From,
            EndDate = From.AddYears(1),
        };

        string id = await host.Client.SubmitGridSearchAsync(payload, cancellationToken: Token);
        OptimizationReply? typed = await host.Client.WaitForResultAsync<OptimizationReply>(id, Patience, Token);
        OptimizationReply raw = await host.RunAsync(Payload("grid", [5, 10], [20, 40]));

        Assert.Equal(JsonSerializer.Serialize(raw with { Run = null, OptimizationId = "typed" }), JsonSerializer.Serialize(typed! with { Run = null }));
        Assert.Equal(2, (await host.Client.FindAsync(id, Token))!.MaxRetries);
    }

    [Theory]
    [InlineData("{}", "optimization_id is missing", "optimization_type is missing", "strategy_config is missing", "symbol is missing")]
    [InlineData("""{"optimization_id":"o","optimization_type":"magic"}""", "optimization_type is 'magic'. Give grid or random or sobol")]
    [InlineData("""{"optimization_id":"o","optimization_type":"grid","strategy_config":{"name":"sma_cross"},"param_space":{"fst":[1]}}""", "param_space.fst is not a parameter of sma_cross. It takes fast, slow")]
    [InlineData("""{"optimization_id":"o","optimization_type":"grid","strategy_config":{"name":"sma_cross"},"param_space":{"fast":[0,5]}}""", "param_space.fast is 0. Give a value from 1")]
    [InlineData("""{"optimization_id":"o","optimization_type":"grid","strategy_config":{"name":"sma_cross"},"param_space":{"fast":[5,5]}}""", "param_space.fast")]
    [InlineData("""{"optimization_id":"o","optimization_type":"grid","strategy_config":{"name":"sma_cross"},"param_space":{"fast":5},"metric":"sharp_ratio"}""", "metric is 'sharp_ratio'. Did you mean sharpe_ratio?")]
    [InlineData("""{"optimization_id":"o","optimization_type":"walk_forward","strategy_config":{"name":"sma_cross"},"train_size":0}""", "train_size is 0. Give a number of days")]
    [InlineData("""{"optimization_id":"o","optimization_type":"grid","strategy_config":{"name":"sma_cross"},"commision":0}""", "commision is not known. Did you mean commission?")]
    public async Task What_cannot_succeed_is_a_dead_letter_after_one_attempt_that_names_every_field(string json, params string[] parts)
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        string id = await host.Client.SubmitRawAsync("optimization", Encoding.UTF8.GetBytes(json), cancellationToken: Token);

        TaskInfo task = await host.Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        string message = Assert.Single(task.Errors).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private sealed class Collect(List<OptimizationProgress> seen) : IProgress<OptimizationProgress>
    {
        public void Report(OptimizationProgress value) => seen.Add(value);
    }

    private static KlineRequest Request() => new() { Symbol = "BTCUSDT", Interval = KlineInterval.OneHour, From = From, To = From.AddYears(1) };

    private static Dictionary<string, object> Payload(string type, int[] fasts, int[] slows) => OptimizationPayloads.Of(type, new { fast = fasts, slow = slows });
}
