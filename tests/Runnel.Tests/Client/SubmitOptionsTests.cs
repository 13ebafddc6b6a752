using Runnel.Redis;
using Runnel.TestKit;

namespace Runnel.Tests.Client;

public sealed class SubmitOptionsTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly string queue = redis.NewQueue();

    [Fact]
    public async Task A_task_with_an_id_of_its_own_is_accepted_once_also_after_it_ended()
    {
        int runs = 0;
        await using TestHost host = await StartAsync(_ => ++runs);
        SubmitOptions mine = new() { Id = "order-17" };

        string[] first = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.Client.SubmitAsync("run", 1, mine, TestContext.Current.CancellationToken)));
        await host.Client.WaitForResultAsync<int>("order-17", Deadline, TestContext.Current.CancellationToken);
        string again = await host.Client.SubmitAsync("run", 1, mine, TestContext.Current.CancellationToken);
        string other = await host.Client.SubmitAsync("run", 1, mine with { Id = "order-18" }, TestContext.Current.CancellationToken);
        await host.Client.WaitForResultAsync<int>(other, Deadline, TestContext.Current.CancellationToken);

        Assert.All(first, id => Assert.Equal("order-17", id));
        Assert.Equal(("order-17", 2), (again, runs));
        Assert.Equal(2, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task Two_processes_racing_with_one_id_get_one_task()
    {
        await using RunnelClient one = await ConnectAsync();
        await using RunnelClient two = await ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? one : two).SubmitAsync("run", 1, new SubmitOptions { Id = $"k{i / 4}" }, TestContext.Current.CancellationToken)));

        Assert.Equal(25, (await one.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task A_delayed_task_runs_when_it_is_due_and_not_before()
    {
        await using TestHost host = await StartAsync(context => (TimeProvider.System.GetUtcNow() - context.SubmittedAt).TotalSeconds);

        string id = await host.Client.SubmitAsync("run", 1, new SubmitOptions { Delay = TimeSpan.FromSeconds(1) }, TestContext.Current.CancellationToken);
        TaskInfo? scheduled = await host.Client.FindAsync(id, TestContext.Current.CancellationToken);
        double waited = await host.Client.WaitForResultAsync<double>(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(TaskState.Scheduled, scheduled!.State);
        Assert.Equal(1, (scheduled.DueAt - scheduled.SubmittedAt)!.Value.TotalSeconds, 0.01);
        Assert.InRange(waited, 0.99, 1.5);
        Assert.Equal(1, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task A_due_time_in_the_past_means_now()
    {
        await using RunnelClient client = await ConnectAsync();

        string past = await client.SubmitAsync("run", 1, new SubmitOptions { DueAt = DateTimeOffset.UnixEpoch, Priority = TaskPriority.High }, TestContext.Current.CancellationToken);
        string future = await client.SubmitAsync("run", 1, new SubmitOptions { DueAt = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero) }, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Queued, TaskPriority.High), ((await client.FindAsync(past, TestContext.Current.CancellationToken))!.State, (await client.FindAsync(past, TestContext.Current.CancellationToken))!.Priority));
        Assert.Equal(2100, (await client.FindAsync(future, TestContext.Current.CancellationToken))!.DueAt!.Value.Year);
    }

    [Fact]
    public async Task A_full_queue_refuses_new_tasks_and_keeps_the_old_ones()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue, MaxDepth = 10 }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 10; i++)
            await client.SubmitAsync("run", 1, new SubmitOptions { Delay = i % 2 == 0 ? null : TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);

        QueueFullException e = await Assert.ThrowsAsync<QueueFullException>(() => client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken));

        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(10, e.Depth);
        Assert.Equal((10L, 5L, 5L), (stats.Submitted, stats.Delayed, stats.Queued[TaskPriority.Normal]));
    }

    [Fact]
    public async Task A_task_that_was_not_started_in_time_expires()
    {
        await using RunnelClient client = await ConnectAsync();
        string late = await client.SubmitAsync("run", 1, new SubmitOptions { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) }, TestContext.Current.CancellationToken);
        string fine = await client.SubmitAsync("run", 1, new SubmitOptions { ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1) }, TestContext.Current.CancellationToken);

        int runs = 0;
        await using TestHost host = await StartAsync(_ => ++runs);
        TaskInfo expired = await client.WaitAsync(late, Deadline, TestContext.Current.CancellationToken);
        await client.WaitForResultAsync<int>(fine, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Expired, 1), (expired.State, runs));
        Assert.True(await redis.Database.KeyTimeToLiveAsync(host.Keys.Record(late)) > TimeSpan.FromHours(23));
        Assert.Equal(1, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Expired);
    }

    [Fact]
    public async Task No_attempt_outlasts_the_deadline_and_none_follows_it()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b
            .AddTaskHandler("slow", async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return null;
            })
            .AddTaskHandler("broken", (_, _) => throw new InvalidOperationException("no")), queue: queue);

        string slow = await host.Client.SubmitAsync("slow", 1, new SubmitOptions { Deadline = TimeProvider.System.GetUtcNow().AddSeconds(0.5) }, TestContext.Current.CancellationToken);
        string broken = await host.Client.SubmitAsync("broken", 1, new SubmitOptions { Deadline = TimeProvider.System.GetUtcNow().AddSeconds(1.5) }, TestContext.Current.CancellationToken);
        TaskInfo stopped = await host.Client.WaitAsync(slow, Deadline, TestContext.Current.CancellationToken);
        TaskInfo given = await host.Client.WaitAsync(broken, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.TimedOut, 1), (stopped.State, stopped.Errors.Count));
        Assert.Contains("deadline", stopped.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal((TaskState.Failed, 1), (given.State, given.Errors.Count));
    }

    [Theory]
    [InlineData("id", "a b", null)]
    [InlineData("id", "", null)]
    [InlineData("delay", null, -1)]
    [InlineData("delay", null, 400)]
    public async Task Says_which_option_is_wrong(string field, string? id, int? days)
    {
        await using RunnelClient client = await ConnectAsync();

        PayloadException e = await Assert.ThrowsAsync<PayloadException>(() => client.SubmitAsync(
            "run", 1, new SubmitOptions { Id = id, Delay = days is { } d ? TimeSpan.FromDays(d) : null }, TestContext.Current.CancellationToken));

        Assert.Equal([field], e.Fields);
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);

    private Task<TestHost> StartAsync(Func<TaskContext, object?> handler) =>
        TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (context, _) => Task.FromResult(handler(context))), o => o.Concurrency = 1, queue);
}
