using System.Collections.Concurrent;
using System.Diagnostics;
using Runnel.Redis;
using Runnel.TestKit;

namespace Runnel.Tests.Flow;

public sealed class LimitTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");
    private readonly ConcurrentQueue<(string Type, long At)> starts = new();
    private int now;
    private int most;

    [Fact]
    public async Task No_more_of_a_type_run_at_once_than_its_limit_over_all_workers()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.Flow.SetLimitAsync("slow", 2, TestContext.Current.CancellationToken);
        await using TestHost one = await StartAsync();
        await using TestHost two = await StartAsync();

        await one.Client.SubmitManyAsync("slow", Enumerable.Range(0, 100), cancellationToken: TestContext.Current.CancellationToken);
        await one.Client.SubmitManyAsync("quick", Enumerable.Range(0, 100), cancellationToken: TestContext.Current.CancellationToken);
        await CompletedAsync(one.Client, 200);

        Assert.Equal(2, most);
        Assert.Equal(200, (await one.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, one.Client);
    }

    [Fact]
    public async Task Groups_share_a_limited_type_and_none_is_left_behind()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.Flow.SetLimitAsync("slow", 2, TestContext.Current.CancellationToken);
        await client.Flow.SetGroupAsync("G0", limit: 1, cancellationToken: TestContext.Current.CancellationToken);
        for (int group = 0; group < 5; group++)
        {
            await client.SubmitManyAsync("slow", Enumerable.Range(0, 20), new SubmitOptions { Group = $"G{group}" }, TestContext.Current.CancellationToken);
            await client.SubmitManyAsync("quick", Enumerable.Range(0, 20), new SubmitOptions { Group = $"G{group}", Priority = TaskPriority.Low }, TestContext.Current.CancellationToken);
        }

        await using TestHost host = await StartAsync();
        await CompletedAsync(client, 200);

        Assert.Equal(2, most);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, client);
    }

    [Fact]
    public async Task A_types_limit_does_not_hold_up_other_types_of_its_group()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.Flow.SetLimitAsync("slow", 0, TestContext.Current.CancellationToken);
        string held = await client.SubmitAsync("slow", 1, new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        string free = await client.SubmitAsync("quick", 1, new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);

        await using TestHost host = await StartAsync();
        await client.WaitAsync(free, Deadline, TestContext.Current.CancellationToken);
        TaskInfo waiting = (await client.FindAsync(held, TestContext.Current.CancellationToken))!;
        await client.Flow.SetLimitAsync("slow", null, TestContext.Current.CancellationToken);
        await client.WaitAsync(held, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(TaskState.Queued, waiting.State);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, client);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(1, true)]
    public async Task Starts_are_no_closer_than_the_rate_and_its_burst_allow(int burst, bool byType)
    {
        await using RunnelClient client = await ConnectAsync();
        RateLimit rate = new(50, TimeSpan.FromSeconds(1)) { Burst = burst };
        await (byType
            ? client.Flow.SetTypeRateAsync("quick", rate, TestContext.Current.CancellationToken)
            : client.Flow.SetRateAsync("api", rate, TestContext.Current.CancellationToken));
        await using TestHost one = await StartAsync();
        await using TestHost two = await StartAsync();
        long before = Stopwatch.GetTimestamp();
        for (int group = 0; group < 3; group++)
            await one.Client.SubmitManyAsync("quick", Enumerable.Range(0, 10), new SubmitOptions { Group = $"G{group}", RateKey = byType ? null : "api" }, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => starts.Count == 30, Deadline, "all have started", TestContext.Current.CancellationToken);

        double took = Stopwatch.GetElapsedTime(before, starts.Max(s => s.At)).TotalSeconds;
        Assert.InRange(took, (30 - burst) * 0.02, 5);
        await Eventually.TrueAsync(async () => (await one.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Running == 0, Deadline, "all have ended", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => !await redis.Database.KeyExistsAsync(keys.FlowDue), Deadline, "the last turn is forgotten", TestContext.Current.CancellationToken);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, one.Client);
    }

    [Fact]
    public async Task A_rate_that_is_lifted_lets_go_on_what_waited_for_it()
    {
        await using TestHost host = await StartAsync();
        await host.Client.Flow.SetRateAsync("api", new RateLimit(1, TimeSpan.FromHours(1)), TestContext.Current.CancellationToken);
        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("quick", [1, 2, 3], new SubmitOptions { RateKey = "api" }, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(ids[0], Deadline, TestContext.Current.CancellationToken);
        TaskInfo second = (await host.Client.FindAsync(ids[1], TestContext.Current.CancellationToken))!;

        await host.Client.Flow.SetRateAsync("api", null, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(ids[2], Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(TaskState.Queued, second.State);
        Assert.Equal(TaskState.Completed, (await host.Client.WaitAsync(ids[1], Deadline, TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task A_turn_that_nobody_waits_for_any_more_is_forgotten()
    {
        await using TestHost host = await StartAsync();
        await host.Client.Flow.SetRateAsync("api", new RateLimit(5, TimeSpan.FromSeconds(1)), TestContext.Current.CancellationToken);
        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("quick", [1, 2, 3], new SubmitOptions { RateKey = "api" }, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(ids[0], Deadline, TestContext.Current.CancellationToken);

        foreach (string id in ids)
            await host.Client.CancelAsync(id, TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(async () => !await redis.Database.KeyExistsAsync(keys.FlowDue), Deadline, "the turn is forgotten", TestContext.Current.CancellationToken);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, host.Client);
    }

    [Fact]
    public async Task A_key_without_a_rate_is_not_limited()
    {
        await using TestHost host = await StartAsync();

        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("quick", Enumerable.Range(0, 50), new SubmitOptions { RateKey = "free" }, TestContext.Current.CancellationToken);

        foreach (string id in ids)
            await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, host.Client);
    }

    [Theory]
    [InlineData("limit")]
    [InlineData("weight")]
    [InlineData("rate")]
    [InlineData("type")]
    public async Task Says_which_value_of_a_rule_is_wrong(string field)
    {
        await using RunnelClient client = await ConnectAsync();

        PayloadException e = await Assert.ThrowsAsync<PayloadException>(() => field switch
        {
            "limit" => client.Flow.SetGroupAsync("A", limit: -1, cancellationToken: TestContext.Current.CancellationToken),
            "weight" => client.Flow.SetGroupAsync("A", weight: 0, cancellationToken: TestContext.Current.CancellationToken),
            "rate" => client.Flow.SetRateAsync("k", new RateLimit(0, TimeSpan.FromSeconds(1)), TestContext.Current.CancellationToken),
            _ => client.Flow.SetLimitAsync("a b", 1, TestContext.Current.CancellationToken),
        });

        Assert.Equal([field], e.Fields);
    }

    private static Task CompletedAsync(RunnelClient client, long count) => Eventually.TrueAsync(
        async () => (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Completed == count, Deadline, $"{count} tasks are completed", TestContext.Current.CancellationToken);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);

    private Task<TestHost> StartAsync() => TestHost.StartAsync(redis, b => b
        .AddTaskHandler("quick", (context, _) =>
        {
            starts.Enqueue((context.Type, Stopwatch.GetTimestamp()));
            return Task.FromResult<object?>(null);
        })
        .AddTaskHandler("slow", async (_, token) =>
        {
            int running = Interlocked.Increment(ref now), known;
            while (running > (known = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, running, known) != known)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, token);
            Interlocked.Decrement(ref now);
            return null;
        }), queue: keys.Queue);
}
