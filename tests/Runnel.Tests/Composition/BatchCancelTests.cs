using System.Collections.Concurrent;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Tests.Flow;

namespace Runnel.Tests.Composition;

public sealed class BatchCancelTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly string queue = redis.NewQueue();
    private readonly ConcurrentQueue<string> followed = [];
    private readonly SemaphoreSlim started = new(0);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_that_wait_or_run_are_cancelled_and_what_follows_runs_once()
    {
        await using TestHost host = await StartAsync();
        string id = await host.Client.SubmitBatchAsync("wait", Numbers(350), Following(), Cancelled);
        for (int running = 0; running < 4; running++)
            await started.WaitAsync(Cancelled);

        BatchInfo asked = (await host.Client.CancelBatchAsync(id, Cancelled))!;
        BatchInfo batch = await host.Client.WaitForBatchAsync(id, Deadline, Cancelled);
        await host.Client.WaitForResultAsync<string>($"{id}.completed", Deadline, Cancelled);
        TaskInfo success = await host.Client.WaitAsync($"{id}.success", Deadline, Cancelled);

        Assert.NotNull(asked.CancelRequestedAt);
        int ran = 4 + started.CurrentCount; // it goes in steps: a slot that is freed between two takes another member
        Assert.InRange(asked.Cancelled, 350 - ran, 350);
        Assert.Equal((350L, 0L, 0L, 350L), (batch.Total, batch.Completed, batch.Failed, batch.Cancelled));
        Assert.Equal(TaskState.Cancelled, success.State);
        Assert.Equal(["completed"], followed);
        Assert.Equal(351, (await host.Client.GetStatsAsync(Cancelled)).Cancelled);
    }

    [Fact]
    public async Task Members_that_are_delayed_in_a_lane_or_done_are_counted_as_they_are()
    {
        await using TestHost host = await StartAsync();
        await host.Client.Flow.SetGroupAsync("held", 1, limit: 0, Cancelled);
        string lanes = await host.Client.SubmitBatchAsync("wait", Numbers(5), new BatchOptions { Members = new SubmitOptions { Group = "held" } }, Cancelled);
        SubmitOptions later = new() { Retry = RetryPolicy.Fixed(TimeSpan.FromHours(1)) };
        string retried = await host.Client.SubmitBatchAsync("fail", Numbers(3), new BatchOptions { Members = later }, Cancelled);
        string done = await host.Client.SubmitBatchAsync("follow", Strings(2), null, Cancelled);
        await host.Client.WaitForBatchAsync(done, Deadline, Cancelled);
        await Eventually.TrueAsync(async () => await host.Client.GetStatsAsync(Cancelled) is { Delayed: 3, Gated: 5 }, Deadline, "all wait", Cancelled);

        BatchInfo inLanes = (await host.Client.CancelBatchAsync(lanes, Cancelled))!;
        BatchInfo delayed = (await host.Client.CancelBatchAsync(retried, Cancelled))!;
        BatchInfo ended = (await host.Client.CancelBatchAsync(done, Cancelled))!;

        Assert.Equal((5L, true), (inLanes.Cancelled, inLanes.FinishedAt is not null));
        Assert.Equal((3L, true), (delayed.Cancelled, delayed.FinishedAt is not null));
        Assert.Equal((2L, 0L, null), (ended.Completed, ended.Cancelled, ended.CancelRequestedAt));
        Assert.Null(await host.Client.CancelBatchAsync("unknown", Cancelled));
        await FlowTruth.NothingIsLeftAsync(redis.Database, host.Keys, host.Client);
    }

    [Fact]
    public async Task A_batch_that_is_still_being_submitted_takes_no_more_members_and_ends()
    {
        await using RunnelClient client = await ConnectAsync();
        Task<string> submitting = client.SubmitBatchAsync("wait", Numbers(1000), Following() with { Id = "big", MaxInFlight = 40 }, Cancelled);
        await Eventually.TrueAsync(async () => (await client.FindBatchAsync("big", Cancelled))?.Submitted == 40, Deadline, "40 are in flight", Cancelled);

        BatchInfo batch = (await client.CancelBatchAsync("big", Cancelled))!;
        BatchCancelledException told = await Assert.ThrowsAsync<BatchCancelledException>(() => submitting);
        await Assert.ThrowsAsync<BatchCancelledException>(() => client.SubmitBatchAsync("wait", Numbers(1000), Following() with { Id = "big" }, Cancelled));

        Assert.Equal((40L, 40L, 40L), (batch.Total, batch.Submitted, batch.Cancelled));
        Assert.NotNull(batch.FinishedAt);
        Assert.Equal(40, told.Submitted);
        Assert.Equal(0, (await client.GetStatsAsync(Cancelled)).Queued.Values.Sum());
    }

    [Fact]
    public async Task A_worker_goes_on_where_whoever_cancelled_died()
    {
        await using RunnelClient client = await ConnectAsync();
        QueueKeys keys = new(queue, "workers");
        string id = await client.SubmitBatchAsync("follow", Strings(250), null, Cancelled);
        await redis.Database.HashSetAsync(keys.BatchPrefix + id, "cancel", 1);
        await redis.Database.SortedSetAddAsync(keys.CancellingBatches, id, 100);
        await client.PauseAsync(Cancelled);

        await using TestHost host = await StartAsync();
        await Eventually.TrueAsync(async () => (await client.FindBatchAsync(id, Cancelled))!.Cancelled == 150, Deadline, "the rest is cancelled", Cancelled);

        Assert.Equal(100, (await client.GetStatsAsync(Cancelled)).Queued.Values.Sum());
        Assert.False(await redis.Database.KeyExistsAsync(keys.CancellingBatches));
    }

    [Fact]
    public async Task A_running_member_whose_worker_dies_after_the_request_is_cancelled_not_run_again()
    {
        await using RunnelClient client = await ConnectAsync();
        QueueKeys keys = new(queue, "workers");
        string id = await client.SubmitBatchAsync("follow", Strings(3), null, Cancelled);
        await Deaths.DeliverAsync(redis.Database, keys, "dead");

        BatchInfo asked = (await client.CancelBatchAsync(id, Cancelled))!;
        await Deaths.RecoverAsync(redis.Database, keys, "dead");

        BatchInfo batch = (await client.FindBatchAsync(id, Cancelled))!;
        Assert.Equal((0L, null), (asked.Cancelled, asked.FinishedAt));
        Assert.Equal((3L, true), (batch.Cancelled, batch.FinishedAt is not null));
    }

    private static async IAsyncEnumerable<int> Numbers(int count)
    {
        for (int i = 0; i < count; i++)
            yield return i;
        await Task.CompletedTask;
    }

    private static IAsyncEnumerable<string> Strings(int count) => Numbers(count).Select(n => $"{n}");

    private static BatchOptions Following() => new() { OnCompleted = new TaskDraft("follow", "completed"), OnSuccess = new TaskDraft("follow", "success") };

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        redis,
        b => b.AddTaskHandler<int>("wait", async (_, _, cancellationToken) =>
            {
                started.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return null;
            })
            .AddTaskHandler<int>("fail", (_, _, _) => throw new InvalidOperationException("no"))
            .AddTaskHandler<string>("follow", (payload, _, _) =>
            {
                followed.Enqueue(payload);
                return Task.FromResult<object?>(payload);
            }),
        queue: queue);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);
}
