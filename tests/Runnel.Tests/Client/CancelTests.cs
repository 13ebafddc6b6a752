using Runnel.TestKit;

namespace Runnel.Tests.Client;

public sealed class CancelTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly string queue = redis.NewQueue();

    [Fact]
    public async Task A_waiting_task_is_cancelled_at_once()
    {
        await using RunnelClient client = await ConnectAsync();
        string queued = await client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        string named = await client.SubmitAsync("run", 1, new SubmitOptions { Id = "mine" }, TestContext.Current.CancellationToken);
        string delayed = await client.SubmitAsync("run", 1, new SubmitOptions { Delay = TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);

        CancelResult[] results = await Task.WhenAll(new[] { queued, named, delayed }.Select(id => client.CancelAsync(id, TestContext.Current.CancellationToken)));

        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.All(results, r => Assert.Equal(CancelResult.Cancelled, r));
        Assert.Equal((3L, 0L, 0L), (stats.Cancelled, stats.Delayed, stats.Queued.Values.Sum()));
        foreach (string id in new[] { queued, named, delayed })
        {
            TaskInfo task = await client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
            Assert.Equal((TaskState.Cancelled, "run"), (task.State, task.Type));
        }

        Assert.Equal(CancelResult.Ended, await client.CancelAsync(queued, TestContext.Current.CancellationToken));
        Assert.Equal(CancelResult.Unknown, await client.CancelAsync("n1-1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_running_tasks_token_is_cancelled_within_a_second_from_another_process()
    {
        TaskCompletionSource started = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (_, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }), queue: queue);
        await using RunnelClient elsewhere = await ConnectAsync();
        string id = await elsewhere.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await started.Task;

        CancelResult result = await elsewhere.CancelAsync(id, TestContext.Current.CancellationToken);
        TaskInfo task = await elsewhere.WaitAsync(id, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        QueueStats stats = await elsewhere.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((CancelResult.Cancelling, TaskState.Cancelled), (result, task.State));
        Assert.Equal((1L, 0L, 0L, 0L), (stats.Cancelled, stats.Running, stats.Retried, stats.Dead));
        Assert.False(await redis.Database.KeyExistsAsync(host.Keys.Cancelling));
    }

    [Fact]
    public async Task A_worker_that_missed_the_message_hears_of_it_at_its_next_beat()
    {
        TaskCompletionSource started = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (_, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }), o => o.RenewInterval = TimeSpan.FromMilliseconds(100), queue);
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await started.Task;

        await redis.Database.SortedSetAddAsync(host.Keys.Cancelling, id, 1);

        Assert.Equal(TaskState.Cancelled, (await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task A_handler_that_completes_all_the_same_has_its_result_kept()
    {
        TaskCompletionSource started = new(), release = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (_, _) =>
        {
            started.SetResult();
            await release.Task;
            return "done";
        }), queue: queue);
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await started.Task;

        await host.Client.CancelAsync(id, TestContext.Current.CancellationToken);
        release.SetResult();

        Assert.Equal("done", await host.Client.WaitForResultAsync<string>(id, Deadline, TestContext.Current.CancellationToken));
        Assert.False(await redis.Database.KeyExistsAsync(host.Keys.Cancelling));
    }

    [Fact]
    public async Task A_task_to_be_cancelled_gets_no_other_attempt()
    {
        TaskCompletionSource started = new(), release = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (_, _) =>
        {
            started.SetResult();
            await release.Task;
            throw new InvalidOperationException("late");
        }), o => o.RenewInterval = TimeSpan.FromSeconds(2), queue);
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await started.Task;

        await redis.Database.SortedSetAddAsync(host.Keys.Cancelling, id, 1);
        release.SetResult();

        Assert.Equal(TaskState.Cancelled, (await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken)).State);
        Assert.Equal(0, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Delayed);
    }

    [Fact]
    public async Task A_paused_queue_takes_nothing_until_it_is_resumed()
    {
        int runs = 0;
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (_, _) => Task.FromResult<object?>(Interlocked.Increment(ref runs))), queue: queue);
        await host.Client.WaitAsync(await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken), Deadline, TestContext.Current.CancellationToken);

        await host.Client.PauseAsync(TestContext.Current.CancellationToken);
        await using TestHost late = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (_, _) => Task.FromResult<object?>(Interlocked.Increment(ref runs))), queue: queue);
        await host.StopAsync();
        string id = await late.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => late.Client.WaitAsync(id, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        Assert.Equal(1, runs);

        await late.Client.ResumeAsync(TestContext.Current.CancellationToken);
        await late.Client.WaitAsync(id, TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task Pausing_ends_a_read_that_blocks()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (_, _) => Task.FromResult<object?>(1)), queue: queue);
        await host.Client.WaitAsync(await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken), Deadline, TestContext.Current.CancellationToken);

        await host.Client.PauseAsync(TestContext.Current.CancellationToken);
        string? id = null;
        await Eventually.TrueAsync(
            async () =>
            {
                id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
                try
                {
                    await host.Client.WaitAsync(id, TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
                    return false;
                }
                catch (TimeoutException)
                {
                    return true;
                }
            },
            TimeSpan.FromSeconds(1.5),
            "a task stays queued",
            TestContext.Current.CancellationToken);

        Assert.Equal(TaskState.Queued, (await host.Client.FindAsync(id!, TestContext.Current.CancellationToken))!.State);
        await host.Client.ResumeAsync(TestContext.Current.CancellationToken);
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
}
