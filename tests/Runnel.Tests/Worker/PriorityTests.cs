using Runnel.TestKit;

namespace Runnel.Tests.Worker;

public sealed class PriorityTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Takes_higher_priorities_first_and_the_oldest_of_each()
    {
        List<string> order = await OrderAsync(share: 0, perLevel: 3);

        Assert.Equal(
            ["Critical0", "Critical1", "Critical2", "High0", "High1", "High2", "Normal0", "Normal1", "Normal2", "Low0", "Low1", "Low2"], order);
    }

    [Fact]
    public async Task Guarantees_lower_priorities_their_share()
    {
        List<string> order = await OrderAsync(share: 0.1, perLevel: 30);

        Assert.Equal(6, order.Take(60).Count(t => t.StartsWith("Low", StringComparison.Ordinal)), 1.01);
        Assert.Equal(6, order.Take(60).Count(t => t.StartsWith("Normal", StringComparison.Ordinal)), 1.01);
        Assert.Equal(120, order.Distinct().Count());
    }

    private async Task<List<string>> OrderAsync(double share, int perLevel)
    {
        string queue = redis.NewQueue();
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
        List<string> ids = [];
        foreach (TaskPriority priority in Enum.GetValues<TaskPriority>())
            ids.AddRange(await client.SubmitManyAsync("note", Enumerable.Range(0, perLevel).Select(i => $"{priority}{i}"), new SubmitOptions { Priority = priority }, TestContext.Current.CancellationToken));
        List<string> order = [];

        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<string>("note", (text, _, _) =>
        {
            order.Add(text);
            return Task.FromResult<object?>(null);
        }), o => (o.Concurrency, o.LowerPriorityShare) = (1, share), queue);
        foreach (string id in ids)
            await client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
        return order;
    }
}
