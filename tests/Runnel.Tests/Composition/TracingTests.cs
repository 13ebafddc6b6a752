using System.Collections.Concurrent;
using System.Diagnostics;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.Composition;

public sealed class TracingTests(RedisFixture redis)
{
    private readonly string queue = redis.NewQueue();

    [Fact]
    public async Task Every_attempt_is_a_child_of_what_submitted_the_task()
    {
        ConcurrentQueue<Activity> attempts = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Runnel",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = attempts.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using TestHost host = await TestHost.StartAsync(
            redis,
            b => b.AddTaskHandler("traced", (context, _) => context.Attempt == 1
                ? throw new InvalidOperationException("once")
                : Task.FromResult<object?>(Activity.Current?.ParentSpanId.ToHexString())),
            queue: queue);
        using Activity submitting = new("test");
        submitting.Start();

        string id = await host.Client.SubmitAsync(
            "traced", 1, new SubmitOptions { Delay = TimeSpan.FromMilliseconds(20), Retry = RetryPolicy.Fixed(TimeSpan.FromMilliseconds(10)) }, TestContext.Current.CancellationToken);
        string? parent = await host.Client.WaitForResultAsync<string>(id, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Activity[] ours = [.. attempts.Where(a => (string?)a.GetTagItem("runnel.task.id") == id)];
        Assert.Equal(submitting.SpanId.ToHexString(), parent);
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], ours.Select(a => a.Status));
        Assert.All(ours, a => Assert.Equal((submitting.TraceId, "run traced"), (a.TraceId, a.OperationName)));
    }

    [Fact]
    public async Task Without_an_activity_nothing_is_carried()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
        Activity.Current = null;

        await client.SubmitAsync("plain", 1, cancellationToken: TestContext.Current.CancellationToken);

        StreamEntry entry = Assert.Single(await redis.Database.StreamRangeAsync(queue));
        Assert.Equal(["v", "type", "payload"], entry.Values.Select(f => f.Name.ToString()));
    }
}
