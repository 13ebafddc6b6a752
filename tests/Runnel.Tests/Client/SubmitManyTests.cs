using Runnel.TestKit;

namespace Runnel.Tests.Client;

public sealed class SubmitManyTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Ids_come_in_the_order_of_the_payloads_and_options_travel_with_each()
    {
        SubmitOptions options = new() { Priority = TaskPriority.High, MaxRetries = 7 };
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<int>("double", (number, _, _) => Task.FromResult<object?>(2 * number)));

        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("double", Enumerable.Range(0, 1001), options, TestContext.Current.CancellationToken);

        Assert.Equal(1001, ids.Distinct().Count());
        foreach (int i in new[] { 0, 99, 100, 999, 1000 })
            Assert.Equal(2 * i, await host.Client.WaitForResultAsync<int>(ids[i], Deadline, TestContext.Current.CancellationToken));
        TaskInfo? last = await host.Client.FindAsync(ids[^1], TestContext.Current.CancellationToken);
        Assert.Equal((TaskPriority.High, 7), (last!.Priority, last.MaxRetries));
    }

    [Fact]
    public async Task Payloads_larger_than_a_write_travel_alone()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<byte[]>("size", (bytes, _, _) => Task.FromResult<object?>(bytes.Length)));
        byte[][] payloads = [.. new[] { 300_000, 1, 700_000, 2 }.Select(size => Noise(size))];

        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("size", payloads, cancellationToken: TestContext.Current.CancellationToken);

        for (int i = 0; i < payloads.Length; i++)
            Assert.Equal(payloads[i].Length, await host.Client.WaitForResultAsync<int>(ids[i], Deadline, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_is_submitted_of_nothing()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(
            new RunnelOptions { RedisUrl = redis.Url, Queue = redis.NewQueue() }, TestContext.Current.CancellationToken);

        Assert.Empty(await client.SubmitManyAsync<int>("any", [], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(0, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    private static byte[] Noise(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
