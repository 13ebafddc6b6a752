using Runnel.TestKit;

namespace Runnel.Tests.Client;

public sealed class StatusTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Follows_a_task_from_queued_to_completed()
    {
        string queue = redis.NewQueue();
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
        string id = await client.SubmitAsync("wait", 1, new SubmitOptions { Priority = TaskPriority.High, MaxRetries = 7 }, TestContext.Current.CancellationToken);
        TaskInfo? queued = await client.FindAsync(id, TestContext.Current.CancellationToken);
        TaskCompletionSource reported = new(), release = new();

        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("wait", async (context, cancellationToken) =>
        {
            await context.ReportProgressAsync(0.25, "a quarter", cancellationToken);
            reported.SetResult();
            await release.Task;
            return null;
        }), o => o.Name = "bench-1", queue);
        await reported.Task;
        TaskInfo? running = await client.FindAsync(id, TestContext.Current.CancellationToken);
        release.SetResult();
        TaskInfo completed = await client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Queued, TaskPriority.High, 7, 1), (queued!.State, queued.Priority, queued.MaxRetries, queued.Attempt));
        Assert.Null(queued.Worker);
        Assert.Equal((TaskState.Running, "bench-1"), (running!.State, running.Worker));
        Assert.Equal(new TaskProgress(0.25, "a quarter"), running.Progress);
        Assert.Equal((TaskState.Completed, "wait", 7), (completed.State, completed.Type, completed.MaxRetries));
        Assert.Equal(queued.SubmittedAt, completed.SubmittedAt);
        Assert.True(completed.FinishedAt >= completed.StartedAt);
        Assert.Equal("null", await client.GetResultJsonAsync(id, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("n1-1")]
    [InlineData("no-such-task")]
    [InlineData("")]
    public async Task Knows_no_task_that_never_was(string id)
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = redis.NewQueue() }, TestContext.Current.CancellationToken);

        Assert.Null(await client.FindAsync(id, TestContext.Current.CancellationToken));
        Assert.Null(await client.GetResultJsonAsync(id, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<RunnelException>(() => client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_wait_ends_in_time_and_the_task_goes_on()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = redis.NewQueue() }, TestContext.Current.CancellationToken);
        string id = await client.SubmitAsync("wait", 1, cancellationToken: TestContext.Current.CancellationToken);

        TimeoutException e = await Assert.ThrowsAsync<TimeoutException>(() => client.WaitAsync(id, TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken));

        Assert.Contains("queued", e.Message, StringComparison.Ordinal);
        Assert.Equal(TaskState.Queued, (await client.FindAsync(id, TestContext.Current.CancellationToken))!.State);
    }

    [Theory]
    [InlineData("type", "")]
    [InlineData("type", "a b")]
    [InlineData("max_retries", "-1")]
    [InlineData("timeout", "0")]
    [InlineData("priority", "7")]
    [InlineData("payload", "{")]
    public async Task Refuses_what_is_wrong_before_anything_is_sent(string field, string value)
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = redis.NewQueue() }, TestContext.Current.CancellationToken);
        SubmitOptions options = new()
        {
            MaxRetries = field == "max_retries" ? int.Parse(value) : 3,
            Timeout = TimeSpan.FromSeconds(field == "timeout" ? int.Parse(value) : 10),
            Priority = field == "priority" ? (TaskPriority)int.Parse(value) : TaskPriority.Normal,
        };

        PayloadException e = await Assert.ThrowsAsync<PayloadException>(() => client.SubmitRawAsync(
            field == "type" ? value : "echo", System.Text.Encoding.UTF8.GetBytes(field == "payload" ? value : "1"), options, TestContext.Current.CancellationToken));

        Assert.Equal([field], e.Fields);
        Assert.Equal(0, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task Counts_what_waits_by_priority_and_how_long()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = redis.NewQueue() }, TestContext.Current.CancellationToken);
        await client.SubmitManyAsync("echo", [1, 2, 3], new SubmitOptions { Priority = TaskPriority.Low }, TestContext.Current.CancellationToken);
        await client.SubmitAsync("echo", 1, new SubmitOptions { Priority = TaskPriority.Critical }, TestContext.Current.CancellationToken);

        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);

        Assert.Equal([3, 0, 0, 1], stats.Queued.Values);
        Assert.Equal((4, 0L, 0L), (stats.Submitted, stats.Running, stats.Completed));
        Assert.InRange(stats.OldestWaiting!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
