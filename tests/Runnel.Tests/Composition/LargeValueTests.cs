using Microsoft.Extensions.DependencyInjection;
using Runnel.TestKit;

namespace Runnel.Tests.Composition;

public sealed class LargeValueTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly string queue = redis.NewQueue();

    [Fact]
    public async Task Large_payloads_and_results_travel_compressed_through_every_way_a_task_can_take()
    {
        string large = new('x', 100_000);
        int runs = 0;
        await using TestHost host = await TestHost.StartAsync(
            redis,
            b => b.AddTaskHandler<string>("echo", (payload, _, _) => Interlocked.Increment(ref runs) == 2
                ? throw new InvalidOperationException("once")
                : Task.FromResult<object?>(payload)),
            queue: queue);
        SubmitOptions soon = new() { Retry = RetryPolicy.Sequence(TimeSpan.FromMilliseconds(10)) };

        string[] ids =
        [
            await host.Client.SubmitAsync("echo", large, soon, TestContext.Current.CancellationToken),
            await host.Client.SubmitAsync("echo", large, soon with { Delay = TimeSpan.FromMilliseconds(50) }, TestContext.Current.CancellationToken),
            await host.Client.SubmitAsync("echo", large, soon with { Id = "mine" }, TestContext.Current.CancellationToken),
        ];
        string?[] results = await Task.WhenAll(ids.Select(id => host.Client.WaitForResultAsync<string>(id, Deadline, TestContext.Current.CancellationToken)));
        long[] stored = await Task.WhenAll(ids.Select(id => redis.Database.StringLengthAsync(host.Keys.Result(id))));

        Assert.All(results, r => Assert.Equal(large, r));
        Assert.All(stored, length => Assert.InRange(length, 100, 5_000));
        Assert.Equal(TaskState.Completed, (await host.Client.FindAsync("mine", TestContext.Current.CancellationToken))!.State);
    }

    [Fact]
    public async Task A_dead_letter_shows_its_payload_as_it_was()
    {
        string large = new('x', 50_000);
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("nobody", large, null, TestContext.Current.CancellationToken);
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<string>("echo", (payload, _, _) => Task.FromResult<object?>(payload)), queue: queue);
        await client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        DeadLetter letter = (await client.DeadLetters.FindAsync(id, TestContext.Current.CancellationToken))!;

        Assert.Equal($"\"{large}\"", letter.Payload);
    }

    [Fact]
    public async Task A_payload_beyond_the_maximum_is_refused_and_nothing_sent()
    {
        await using RunnelClient client = await ConnectAsync(new RunnelOptions { MaxPayloadBytes = 1000 });

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(() => client.SubmitAsync("echo", new string('x', 1000), null, TestContext.Current.CancellationToken));

        Assert.Equal(["payload"], wrong.Fields);
        Assert.Contains("1002", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task A_result_beyond_the_maximum_makes_a_dead_letter()
    {
        await using TestHost host = await TestHost.StartAsync(
            redis, b =>
            {
                b.Services.Configure<RunnelOptions>(o => o.MaxResultBytes = 1000);
                b.AddTaskHandler("large", (_, _) => Task.FromResult<object?>(new string('x', 1000)));
            },
            queue: queue);
        string id = await host.Client.SubmitAsync("large", 1, cancellationToken: TestContext.Current.CancellationToken);

        TaskInfo task = await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Failed, "rejected"), (task.State, task.Reason));
        Assert.Contains("1002 bytes", task.Errors[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_only_looks_compressed_is_unreadable()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("echo", (_, _) => Task.FromResult<object?>(1)), queue: queue);
        byte[] garbage = [0x1f, 0x8b, 1, 2, 3];

        string entry = (await redis.Database.StreamAddAsync(queue, [new("type", "echo"), new("payload", garbage)]))!;

        Assert.Equal("unreadable", (await host.Client.WaitAsync("n" + entry, Deadline, TestContext.Current.CancellationToken)).Reason);
    }

    private Task<RunnelClient> ConnectAsync(RunnelOptions? options = null)
    {
        options ??= new RunnelOptions();
        (options.RedisUrl, options.Queue) = (redis.Url, queue);
        return RunnelClient.ConnectAsync(options, TestContext.Current.CancellationToken);
    }
}
