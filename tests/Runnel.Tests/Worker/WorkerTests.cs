using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

public sealed class WorkerTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Runs_a_task_and_stores_its_result()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<Sum>("sum", (sum, _, _) => Task.FromResult<object?>(sum.A + sum.B)));

        string id = await host.Client.SubmitAsync("sum", new Sum(2, 3), cancellationToken: TestContext.Current.CancellationToken);
        int result = await host.Client.WaitForResultAsync<int>(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(5, result);
        Assert.Equal(0, await redis.Database.StreamLengthAsync(host.Keys.Streams[3]));
        Assert.False(await redis.Database.KeyExistsAsync(host.Keys.Record(id)));
    }

    [Fact]
    public async Task Runs_a_handler_class_with_its_dependencies()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<SumHandler>("sum"));

        string id = await host.Client.SubmitAsync("sum", new Sum(20, 3), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(23, await host.Client.WaitForResultAsync<int>(id, Deadline, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Runs_ten_thousand_tasks_each_once()
    {
        int runs = 0;
        await using TestHost host = await TestHost.StartAsync(
            redis, b => b.AddTaskHandler("count", (_, _) => Task.FromResult<object?>(Interlocked.Increment(ref runs))), o => o.Concurrency = 64);

        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("count", Enumerable.Range(0, 10_000), cancellationToken: TestContext.Current.CancellationToken);
        foreach (string id in ids)
            await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(10_000, runs);
        Assert.Equal((10_000, 10_000, 0L), (stats.Submitted, stats.Completed, stats.Running));
    }

    private sealed record Sum(int A, int B);

    private sealed class SumHandler(RunnelClient client) : ITaskHandler<Sum, int>
    {
        public Task<int> HandleAsync(Sum payload, TaskContext context, CancellationToken cancellationToken) =>
            Task.FromResult(client.DeadLetters is null ? 0 : payload.A + payload.B);
    }
}
