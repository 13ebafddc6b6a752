using Runnel.Redis;
using Runnel.TestKit;

namespace Runnel.Tests.Flow;

public sealed class FlowStatusTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly string queue = redis.NewQueue();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_rules_are_read_as_they_were_set_and_gone_once_unset()
    {
        await using RunnelClient client = await ConnectAsync();
        FlowStatus before = await client.Flow.GetAsync(Cancelled);
        await client.Flow.SetGroupAsync("heavy", 2.5, 8, Cancelled);
        await client.Flow.SetLimitAsync("fetch", 4, Cancelled);
        await client.Flow.SetTypeRateAsync("fetch", new RateLimit(10, TimeSpan.FromSeconds(1)) { Burst = 3 }, Cancelled);
        await client.Flow.SetRateAsync("bybit", new RateLimit(50, TimeSpan.FromSeconds(1)), Cancelled);
        await client.PauseTypeAsync("report", Cancelled);
        await client.SubmitAsync("fetch", 1, new SubmitOptions { Group = "small" }, Cancelled);

        FlowStatus set = await client.Flow.GetAsync(Cancelled);
        await client.Flow.SetGroupAsync("heavy", cancellationToken: Cancelled);
        await client.Flow.SetLimitAsync("fetch", null, Cancelled);
        await client.Flow.SetTypeRateAsync("fetch", null, Cancelled);
        await client.Flow.SetRateAsync("bybit", null, Cancelled);
        await client.ResumeTypeAsync("report", Cancelled);
        FlowStatus after = await client.Flow.GetAsync(Cancelled);

        Assert.Equal((0, 0, 0, false), (before.Types.Count, before.Groups.Count, before.Rates.Count, before.Paused));
        Assert.Equal(
            [new TypeStatus { Type = "fetch", Limit = 4, Rate = new RateLimit(1, TimeSpan.FromMilliseconds(100)) { Burst = 3 } }, new TypeStatus { Type = "report", Paused = true }],
            set.Types);
        Assert.Equal([new GroupStatus { Group = "heavy", Weight = 2.5, Limit = 8 }, new GroupStatus { Group = "small", Waiting = 1 }], set.Groups);
        Assert.Equal(new RateLimit(1, TimeSpan.FromMilliseconds(20)), Assert.Single(set.Rates, rate => rate.Key == "bybit").Value);
        Assert.Equal((0, 1, 0), (after.Types.Count, after.Groups.Count, after.Rates.Count));
    }

    [Fact]
    public async Task Stats_tell_what_is_paused()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.PauseAsync(Cancelled);
        await client.PauseTypeAsync("report", Cancelled);
        await client.Flow.SetLimitAsync("fetch", 1, Cancelled);

        QueueStats paused = await client.GetStatsAsync(Cancelled);
        await client.ResumeAsync(Cancelled);
        await client.ResumeTypeAsync("report", Cancelled);
        QueueStats resumed = await client.GetStatsAsync(Cancelled);

        Assert.Equal((true, "report"), (paused.Paused, Assert.Single(paused.PausedTypes)));
        Assert.Equal((false, 0), (resumed.Paused, resumed.PausedTypes.Count));
    }

    [Fact]
    public async Task The_oldest_waiting_task_may_be_one_that_waits_for_its_turn()
    {
        await using RunnelClient client = await ConnectAsync();
        QueueKeys keys = new(queue, "workers");
        string first = await client.SubmitAsync("fetch", 1, new SubmitOptions { Group = "a" }, Cancelled);
        string second = await client.SubmitAsync("fetch", 2, new SubmitOptions { Group = "b" }, Cancelled);
        await BackdateAsync(first, 60_000);
        await BackdateAsync(second, 30_000);

        TimeSpan? both = (await client.GetStatsAsync(Cancelled)).OldestWaiting;
        await client.CancelAsync(first, Cancelled);
        TimeSpan? one = (await client.GetStatsAsync(Cancelled)).OldestWaiting;
        await client.CancelAsync(second, Cancelled);
        TimeSpan? none = (await client.GetStatsAsync(Cancelled)).OldestWaiting;

        Assert.InRange(both!.Value, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(89));
        Assert.InRange(one!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(59));
        Assert.Null(none);
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, client);

        async Task BackdateAsync(string id, long ms) => await redis.Database.HashDecrementAsync(keys.Record(id), "since", ms);
    }

    [Fact]
    public async Task A_type_that_is_set_aside_says_how_many()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("report", (_, _) => Task.FromResult<object?>(1)), queue: queue);
        await host.Client.PauseTypeAsync("report", Cancelled);
        await host.Client.SubmitManyAsync("report", [1, 2, 3], null, Cancelled);

        await Eventually.TrueAsync(async () => (await host.Client.Flow.GetAsync(Cancelled)).Types.Single().Parked == 3, Deadline, "three are set aside", Cancelled);
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);
}
