using Runnel.TestKit;

namespace Runnel.Tests.Composition;

public sealed class EventTests(RedisFixture redis)
{
    private readonly string queue = redis.NewQueue();

    [Fact]
    public async Task Tells_what_happens_from_now_on_and_goes_on_behind_a_cursor()
    {
        await using TestHost host = await StartAsync();
        await using IAsyncEnumerator<QueueEvent> live = host.Client.ReadEventsAsync(cancellationToken: TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        ValueTask<bool> next = live.MoveNextAsync();
        string first = await SubmitAsync(host.Client);
        Assert.True(await next);
        QueueEvent seen = live.Current;
        string second = await SubmitAsync(host.Client);

        QueueEvent behind = await host.Client.ReadEventsAsync(seen.Cursor, TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
        QueueEvent all = await host.Client.ReadEventsAsync("0-0", TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("completed", first, false), (seen.State, Assert.Single(seen.Ids), seen.MayFollowGap));
        Assert.Equal((second, false), (Assert.Single(behind.Ids), behind.MayFollowGap));
        Assert.Equal(seen.Cursor, all.Cursor);
    }

    [Fact]
    public async Task A_reader_that_fell_behind_is_told()
    {
        await using TestHost host = await StartAsync();
        await SubmitAsync(host.Client);
        QueueEvent first = await host.Client.ReadEventsAsync("0-0", TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
        await SubmitAsync(host.Client);
        await SubmitAsync(host.Client);
        await Eventually.TrueAsync(
            async () => await redis.Database.StreamLengthAsync(host.Keys.Completed) == 3, TimeSpan.FromSeconds(20), "three events", TestContext.Current.CancellationToken);
        await redis.Database.StreamTrimAsync(host.Keys.Completed, 2);

        List<QueueEvent> rest = await host.Client.ReadEventsAsync(first.Cursor, TestContext.Current.CancellationToken).Take(2).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([true, false], rest.Select(e => e.MayFollowGap));
    }

    [Fact]
    public async Task A_cursor_that_is_none_is_refused()
    {
        await using TestHost host = await StartAsync();

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(
            async () => await host.Client.ReadEventsAsync("yesterday", TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken));

        Assert.Contains("yesterday", wrong.Message, StringComparison.Ordinal);
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (_, _) => Task.FromResult<object?>(1)), queue: queue);

    private static async Task<string> SubmitAsync(RunnelClient client)
    {
        string id = await client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await client.WaitAsync(id, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return id;
    }
}
