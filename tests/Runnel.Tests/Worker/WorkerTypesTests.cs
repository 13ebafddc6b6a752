using System.Collections.Concurrent;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Tests.Flow;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

public sealed class WorkerTypesTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");
    private readonly ConcurrentQueue<(string Worker, string Type, int Payload)> ran = new();
    private int now;
    private int most;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_leaves_types_that_it_does_not_take_and_one_that_starts_later_runs_them_in_order()
    {
        await using TestHost a = await StartAsync("a", "a");
        await a.Client.SubmitManyAsync("b", Enumerable.Range(0, 300), cancellationToken: Cancelled);
        await a.Client.SubmitManyAsync("a", Enumerable.Range(0, 300), cancellationToken: Cancelled);
        await InSidingsAsync(a.Client, 300);
        await CompletedAsync(a.Client, 300);
        QueueStats left = await a.Client.GetStatsAsync(Cancelled);

        await using TestHost b = await StartAsync("b", "b");
        await CompletedAsync(b.Client, 600);

        Assert.Equal((0L, 0L, 0L), (left.Parked, left.Running, left.Returned));
        Assert.Equal(Enumerable.Range(0, 300), Of("a", "a"));
        Assert.Equal(Enumerable.Range(0, 300), Of("b", "b"));
        Assert.Equal(600, ran.Count);
        Assert.Equal((600L, 0L), (await SubmittedAsync(b.Client), (await b.Client.GetStatsAsync(Cancelled)).InSidings));
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, b.Client);
    }

    [Fact]
    public async Task A_worker_gets_past_ten_thousand_tasks_of_another_type()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitManyAsync("b", Enumerable.Range(0, 10_000), cancellationToken: Cancelled);
        string own = await client.SubmitAsync("a", 1, cancellationToken: Cancelled);

        await using TestHost a = await StartAsync("a", "a");
        await client.WaitAsync(own, Deadline, Cancelled);
        await InSidingsAsync(client, 10_000);

        Assert.Equal([("a", "a", 1)], ran);
        Assert.Equal(10_001, await SubmittedAsync(client));
    }

    [Fact]
    public async Task Workers_of_two_kinds_and_one_that_takes_all_share_a_queue_and_each_task_runs_once()
    {
        await using TestHost a = await StartAsync("a", "a");
        await using TestHost b = await StartAsync("b", "b");
        await using TestHost all = await StartAsync("all");

        for (int i = 0; i < 2000; i += 100)
        {
            await a.Client.SubmitManyAsync("a", Enumerable.Range(i, 100), cancellationToken: Cancelled);
            await a.Client.SubmitManyAsync("b", Enumerable.Range(i, 100), new SubmitOptions { Group = i % 200 == 0 ? "g" : null }, Cancelled);
        }

        await CompletedAsync(a.Client, 4000);

        Assert.Equal(4000, ran.Distinct().Count());
        Assert.Equal(4000, ran.Count);
        Assert.Empty(Of("a", "b"));
        Assert.Empty(Of("b", "a"));
        Assert.Equal(0, (await a.Client.GetStatsAsync(Cancelled)).StaleResults);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, a.Client);
    }

    [Fact]
    public async Task A_task_in_a_siding_is_queued_counts_against_the_depth_and_can_be_cancelled()
    {
        await using TestHost a = await StartAsync("a", "a");
        string id = await a.Client.SubmitAsync("b", 1, cancellationToken: Cancelled);
        await InSidingsAsync(a.Client, 1);
        await using RunnelClient bounded = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue, MaxDepth = 1 }, Cancelled);

        TaskInfo waiting = (await bounded.FindAsync(id, Cancelled))!;
        await Assert.ThrowsAsync<QueueFullException>(() => bounded.SubmitAsync("b", 1, cancellationToken: Cancelled));
        CancelResult result = await bounded.CancelAsync(id, Cancelled);

        Assert.Equal((TaskState.Queued, "b", 1), (waiting.State, waiting.Type, waiting.Attempt));
        Assert.Equal((CancelResult.Cancelled, TaskState.Cancelled), (result, (await bounded.FindAsync(id, Cancelled))!.State));
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, bounded);
    }

    [Fact]
    public async Task Of_what_waits_in_sidings_higher_priorities_go_first_and_before_what_came_later()
    {
        await using TestHost a = await StartAsync("a", "a");
        foreach (TaskPriority priority in new[] { TaskPriority.Low, TaskPriority.Normal, TaskPriority.Critical })
        {
            await a.Client.SubmitAsync("b", (int)priority, new SubmitOptions { Priority = priority }, Cancelled);
            await a.Client.SubmitAsync("c", (int)priority, new SubmitOptions { Priority = priority }, Cancelled);
        }

        await InSidingsAsync(a.Client, 6);
        await a.StopAsync();
        await a.Client.SubmitAsync("b", 100, cancellationToken: Cancelled);
        await using TestHost all = await StartAsync("all");
        await CompletedAsync(all.Client, 7);

        Assert.Equal([20, 20, 5, 5, 100, 1, 1], ran.Select(r => r.Payload));
    }

    [Fact]
    public async Task A_task_in_a_siding_whose_type_is_paused_waits_until_it_is_resumed()
    {
        await using TestHost a = await StartAsync("a", "a");
        await a.Client.SubmitAsync("b", 1, cancellationToken: Cancelled);
        await InSidingsAsync(a.Client, 1);
        await a.Client.PauseTypeAsync("b", Cancelled);
        await using TestHost all = await StartAsync("all");
        await all.Client.SubmitAsync("b", 2, cancellationToken: Cancelled);
        await all.Client.WaitAsync(await all.Client.SubmitAsync("c", 3, cancellationToken: Cancelled), Deadline, Cancelled);
        await Eventually.TrueAsync(async () => (await all.Client.GetStatsAsync(Cancelled)) is { Parked: 1, InSidings: 1 }, Deadline, "both are set aside", Cancelled);
        int before = ran.Count(r => r.Type == "b");

        await all.Client.ResumeTypeAsync("b", Cancelled);
        await CompletedAsync(all.Client, 3);

        Assert.Equal(0, before);
    }

    [Fact]
    public async Task Limits_and_rates_hold_for_tasks_that_come_from_sidings()
    {
        await using TestHost a = await StartAsync("a", "a");
        await a.Client.Flow.SetGroupAsync("one", limit: 1, cancellationToken: Cancelled);
        await a.Client.Flow.SetRateAsync("rated", new RateLimit(10, TimeSpan.FromSeconds(1)) { Burst = 1 }, Cancelled);
        await a.Client.SubmitManyAsync("b", Enumerable.Range(0, 50), new SubmitOptions { Group = "one" }, Cancelled);
        await a.Client.SubmitManyAsync("c", Enumerable.Range(0, 5), new SubmitOptions { RateKey = "rated" }, Cancelled);
        await InSidingsAsync(a.Client, 55);

        await using TestHost b = await StartAsync("b", o => o.Concurrency = 8, "b", "c");
        await CompletedAsync(b.Client, 55);

        Assert.Equal(1, most);
        Assert.Equal(Enumerable.Range(0, 50), Of("b", "b"));
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, b.Client);
    }

    [Fact]
    public async Task What_a_worker_held_that_died_goes_to_one_that_takes_it_and_counts_one_death()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("b", 1, cancellationToken: Cancelled);
        await Deaths.DeliverAsync(redis.Database, keys, "dead");
        await using TestHost a = await StartAsync("a", "a");
        await InSidingsAsync(client, 1);
        RedisValue crashes = await redis.Database.HashGetAsync(keys.Record(id), "crashes");

        await using TestHost b = await StartAsync("b", "b");
        TaskInfo done = await client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal(("1", TaskState.Completed, 2), (crashes.ToString(), done.State, done.Attempt));
    }

    [Fact]
    public async Task What_a_draining_worker_hands_back_goes_to_one_that_takes_it()
    {
        TaskCompletionSource started = new();
        TestHost first = await TestHost.StartAsync(redis, b => b.AddTaskHandler("b", async (_, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }), o => (o.DrainTimeout, o.Types) = (TimeSpan.Zero, ["b"]), keys.Queue);
        string id = await first.Client.SubmitAsync("b", 1, cancellationToken: Cancelled);
        await started.Task;
        await using TestHost a = await StartAsync("a", "a");

        await first.StopAsync();
        await InSidingsAsync(a.Client, 1);
        await using TestHost b = await StartAsync("b", "b");
        TaskInfo done = await b.Client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal((TaskState.Completed, 1), (done.State, done.Attempt));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task A_queue_whose_workers_take_all_types_knows_no_sidings()
    {
        await using TestHost all = await StartAsync("all");
        await all.Client.SubmitManyAsync("a", Enumerable.Range(0, 100), cancellationToken: Cancelled);
        await CompletedAsync(all.Client, 100);

        Assert.False(await redis.Database.HashExistsAsync(keys.Flow, "seq"));
    }

    [Fact]
    public async Task A_type_without_a_handler_is_refused_at_the_start()
    {
        RunnelException e = await Assert.ThrowsAsync<RunnelException>(() => StartAsync("a", "a", "nope"));

        Assert.Contains("nope, for which this worker has no handler (it has: a, b, c)", e.Message, StringComparison.Ordinal);
    }

    private static async Task<long> SubmittedAsync(RunnelClient client) => (await client.GetStatsAsync(Cancelled)).Submitted;

    private static Task InSidingsAsync(RunnelClient client, long count) =>
        Eventually.TrueAsync(async () => (await client.GetStatsAsync(Cancelled)).InSidings == count, Deadline, $"{count} tasks are in sidings", Cancelled);

    private static Task CompletedAsync(RunnelClient client, long count) =>
        Eventually.TrueAsync(async () => (await client.GetStatsAsync(Cancelled)).Completed == count, Deadline, $"{count} tasks are completed", Cancelled);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, Cancelled);

    private Task<TestHost> StartAsync(string worker, params string[] types) => StartAsync(worker, o => o.Concurrency = 1, types);

    private Task<TestHost> StartAsync(string worker, Action<WorkerOptions> configure, params string[] types) => TestHost.StartAsync(
        redis,
        builder =>
        {
            foreach (string type in new[] { "a", "b", "c" })
                builder.AddTaskHandler<int>(type, (payload, _, _) => RunAsync(worker, type, payload));
        },
        options =>
        {
            configure(options);
            options.Types = types;
        },
        keys.Queue);

    private async Task<object?> RunAsync(string worker, string type, int payload)
    {
        ran.Enqueue((worker, type, payload));
        if (type == "b")
            InterlockedMost(Interlocked.Increment(ref now));
        await Task.Yield();
        if (type == "b")
            Interlocked.Decrement(ref now);
        return null;
    }

    private void InterlockedMost(int seen)
    {
        int old;
        while ((old = Volatile.Read(ref most)) < seen && Interlocked.CompareExchange(ref most, seen, old) != old)
        {
        }
    }

    private IEnumerable<int> Of(string worker, string type) => ran.Where(r => r.Worker == worker && r.Type == type).Select(r => r.Payload);
}
