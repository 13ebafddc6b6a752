using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

public sealed class DrainTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_stopping_worker_finishes_what_runs_and_takes_nothing_new()
    {
        TaskCompletionSource started = new(), release = new();
        string queue = redis.NewQueue();
        TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("wait", async (_, _) =>
        {
            started.TrySetResult();
            await release.Task;
            return "done";
        }), o => o.Concurrency = 1, queue);
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
        string running = await client.SubmitAsync("wait", 1, cancellationToken: TestContext.Current.CancellationToken);
        string waiting = await client.SubmitAsync("wait", 2, cancellationToken: TestContext.Current.CancellationToken);
        await started.Task;

        Task stop = host.StopAsync();
        Assert.False(stop.IsCompleted);
        release.SetResult();
        await stop;

        Assert.Equal(TaskState.Completed, (await client.FindAsync(running, TestContext.Current.CancellationToken))!.State);
        Assert.Equal(TaskState.Queued, (await client.FindAsync(waiting, TestContext.Current.CancellationToken))!.State);
        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 0), (stats.Running, stats.Workers.Count));
        Assert.Empty(await redis.Database.StreamConsumerInfoAsync(host.Keys.Streams[3], "workers"));
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_that_outlasts_the_drain_goes_on_elsewhere_without_a_spent_attempt(bool handlerHeedsItsToken)
    {
        TaskCompletionSource started = new(), never = new();
        string queue = redis.NewQueue();
        TestHost first = await TestHost.StartAsync(redis, b => b.AddTaskHandler("wait", async (_, cancellationToken) =>
        {
            started.TrySetResult();
            await never.Task.WaitAsync(handlerHeedsItsToken ? cancellationToken : CancellationToken.None);
            return null;
        }), o => o.DrainTimeout = TimeSpan.FromMilliseconds(50), queue);
        await using TestHost second = await TestHost.StartAsync(redis, b => b.AddTaskHandler("wait", (context, _) => Task.FromResult<object?>(context.Attempt)), queue: queue);
        string id = await SubmitToAsync(first, second, started);

        await first.StopAsync();
        int attempt = await second.Client.WaitForResultAsync<int>(id, Deadline, TestContext.Current.CancellationToken);
        QueueStats stats = await second.Client.GetStatsAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, attempt);
        Assert.Equal((0L, 0L, 0L, 0L), (stats.Running, stats.Recovered, stats.StaleResults, stats.Returned));
        await first.DisposeAsync();
    }

    /// <summary>Submits until the first host has a task: both compete.</summary>
    private static async Task<string> SubmitToAsync(TestHost first, TestHost second, TaskCompletionSource started)
    {
        while (true)
        {
            string id = await first.Client.SubmitAsync("wait", 1, cancellationToken: TestContext.Current.CancellationToken);
            Task completed = second.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
            if (await Task.WhenAny(started.Task, completed) == started.Task)
                return id;
        }
    }
}
