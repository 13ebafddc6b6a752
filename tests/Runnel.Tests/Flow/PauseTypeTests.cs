using System.Collections.Concurrent;
using Runnel.Redis;
using Runnel.TestKit;

namespace Runnel.Tests.Flow;

public sealed class PauseTypeTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");
    private readonly ConcurrentQueue<int> ran = new();

    [Fact]
    public async Task Tasks_of_a_paused_type_are_set_aside_and_come_back_in_order()
    {
        await PauseAsync();
        await using TestHost host = await StartAsync();
        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("run", Enumerable.Range(0, 300), cancellationToken: TestContext.Current.CancellationToken);
        string other = await host.Client.SubmitAsync("other", -1, cancellationToken: TestContext.Current.CancellationToken);
        await ParkedAsync(host.Client, 300);
        await host.Client.WaitAsync(other, Deadline, TestContext.Current.CancellationToken);
        TaskInfo parked = (await host.Client.FindAsync(ids[7], TestContext.Current.CancellationToken))!;

        await host.Client.ResumeTypeAsync("run", TestContext.Current.CancellationToken);
        foreach (string id in ids)
            await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((TaskState.Queued, "run", 1), (parked.State, parked.Type, parked.Attempt));
        Assert.Equal([-1, .. Enumerable.Range(0, 300)], ran);
        Assert.Equal((301L, 301L, 0L), (stats.Submitted, stats.Completed, stats.Parked));
        Assert.False(await redis.Database.KeyExistsAsync(keys.Parked("run")));
    }

    [Fact]
    public async Task A_worker_that_starts_later_knows_of_the_pause()
    {
        await PauseAsync();
        await using TestHost host = await StartAsync();

        await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await ParkedAsync(host.Client, 1);

        Assert.Empty(ran);
    }

    [Fact]
    public async Task A_running_worker_hears_of_a_pause()
    {
        await using TestHost host = await StartAsync();
        await PauseAsync();

        await Eventually.TrueAsync(
            async () =>
            {
                await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
                return (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Parked > 0;
            },
            Deadline,
            "a task is set aside",
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_task_that_is_set_aside_can_be_cancelled_and_counts_against_the_depth()
    {
        await PauseAsync();
        await using TestHost host = await StartAsync();
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await ParkedAsync(host.Client, 1);
        await using RunnelClient bounded = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue, MaxDepth = 1 }, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<QueueFullException>(() => bounded.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken));
        CancelResult result = await bounded.CancelAsync(id, TestContext.Current.CancellationToken);

        Assert.Equal((CancelResult.Cancelled, TaskState.Cancelled), (result, (await bounded.FindAsync(id, TestContext.Current.CancellationToken))!.State));
        Assert.Equal(0, (await bounded.GetStatsAsync(TestContext.Current.CancellationToken)).Parked);
    }

    [Fact]
    public async Task Grouped_tasks_of_a_paused_type_wait_in_their_lanes_and_hold_no_slot()
    {
        await using TestHost host = await StartAsync();
        SubmitOptions grouped = new() { Group = "A" };
        await host.Client.PauseTypeAsync("run", TestContext.Current.CancellationToken);
        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("run", Enumerable.Range(0, 20), grouped, TestContext.Current.CancellationToken);
        string other = await host.Client.SubmitAsync("other", -1, grouped, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(other, Deadline, TestContext.Current.CancellationToken);
        GroupStatus group = await host.Client.Flow.GetGroupAsync("A", TestContext.Current.CancellationToken);

        await host.Client.ResumeTypeAsync("run", TestContext.Current.CancellationToken);
        foreach (string id in ids)
            await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((20L, 0L), (group.Waiting, group.Admitted));
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, host.Client);
    }

    [Fact]
    public async Task What_is_left_of_a_resumption_that_broke_off_is_brought_back_by_the_workers()
    {
        await PauseAsync();
        await using TestHost host = await StartAsync();
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await ParkedAsync(host.Client, 1);

        await redis.Database.KeyDeleteAsync(keys.FlowTypes);

        Assert.Equal(TaskState.Completed, (await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken)).State);
    }

    private async Task PauseAsync()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);
        await client.PauseTypeAsync("run", TestContext.Current.CancellationToken);
    }

    private static Task ParkedAsync(RunnelClient client, long count) => Eventually.TrueAsync(
        async () => (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Parked == count, Deadline, $"{count} tasks are set aside", TestContext.Current.CancellationToken);

    private Task<TestHost> StartAsync() => TestHost.StartAsync(redis, b => b.AddTaskHandler<int>("run", RunAsync).AddTaskHandler<int>("other", RunAsync), o => o.Concurrency = 1, keys.Queue);

    private Task<object?> RunAsync(int payload, TaskContext context, CancellationToken cancellationToken)
    {
        ran.Enqueue(payload);
        return Task.FromResult<object?>(null);
    }
}
