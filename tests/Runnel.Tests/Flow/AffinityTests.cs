using Microsoft.Extensions.DependencyInjection;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Worker;

namespace Runnel.Tests.Flow;

/// <summary>A worker prefers tasks for which it holds what they need, among those whose turn it is.</summary>
public sealed class AffinityTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");

    [Theory]
    [InlineData("A1 B1 A2 B2", "B", "B1 B2 A1 A2")]
    [InlineData("A1 B1 B2 B3 B4 B5", "B", "B1 B2 B3 A1 B4 B5")] // passed over three times at most
    [InlineData("A1 B1 A2 B2", "", "A1 B1 A2 B2")]
    [InlineData("A1 B1 A2 B2", "A B", "A1 B1 A2 B2")]
    [InlineData("A1 B1 A2 B2", "C", "A1 B1 A2 B2")]
    public async Task A_worker_prefers_what_it_holds(string submitted, string held, string expected)
    {
        List<string> order = [];
        IReadOnlyList<string> ids = await SubmitAsync(submitted.Split(' '));

        await using TestHost host = await StartAsync(order, held.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (string id in ids)
            Assert.Equal(TaskState.Completed, (await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken)).State);

        Assert.Equal(expected, string.Join(' ', order));
        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, host.Client);
    }

    [Fact]
    public async Task An_exchanged_task_belongs_to_its_worker_and_the_other_to_whoever_comes_next()
    {
        (SettleScripts one, TaskEntry first) = await DeliverFirstAsync("A1", "B1");

        TaskEntry? other = await one.ExchangeAsync(first, ["B"]);

        Assert.Equal("B", other?.Affinity);
        TaskEntry returned = Assert.Single(await Deaths.DeliverAsync(redis.Database, keys, "two"));
        Assert.Equal((first.TaskId, 1), (returned.TaskId, returned.Passes));
        Assert.Equal(SettleResult.Refused, await one.GiveBackAsync(first.Level, first.EntryId)); // it is another's now
        await FlowTruth.CountersEqualTheTruthAsync(redis.Database, keys);
    }

    [Fact]
    public async Task An_exchanged_task_is_recovered_when_its_worker_dies()
    {
        (SettleScripts one, TaskEntry first) = await DeliverFirstAsync("A1", "B1");
        TaskEntry? other = await one.ExchangeAsync(first, ["B"]);

        await Deaths.RecoverAsync(redis.Database, keys, "one");

        List<TaskEntry> next = await Deaths.DeliverAsync(redis.Database, keys, "two");
        Assert.Equal([(first.TaskId, 0), (other!.TaskId, 1)], next.Select(e => (e.TaskId, e.Crashes)));
    }

    [Fact]
    public async Task Nothing_is_exchanged_by_a_worker_that_owns_nothing_or_past_what_was_returned_or_for_another_priority()
    {
        (SettleScripts one, TaskEntry first) = await DeliverFirstAsync("A1", "C1", "B1");

        Assert.Null(await Deaths.Scripts(redis.Database, keys, "two").ExchangeAsync(first, ["B"]));
        TaskEntry second = (await Deaths.DeliverAsync(redis.Database, keys, "two", count: 1))[0];
        await Deaths.Scripts(redis.Database, keys, "two").GiveBackAsync(second.Level, second.EntryId);
        Assert.Null(await one.ExchangeAsync(first, ["B"])); // what was returned comes before
        await Deaths.DeliverAsync(redis.Database, keys, "three");
        await SubmitAsync(["B2"], TaskPriority.Low);
        Assert.Null(await one.ExchangeAsync(first, ["B"]));
        Assert.Equal(SettleResult.Done, await one.GiveBackAsync(first.Level, first.EntryId)); // it has kept it
    }

    private async Task<(SettleScripts Scripts, TaskEntry First)> DeliverFirstAsync(params string[] names)
    {
        await SubmitAsync(names);
        return (Deaths.Scripts(redis.Database, keys, "one"), (await Deaths.DeliverAsync(redis.Database, keys, "one", count: 1))[0]);
    }

    /// <summary>Submits a task for each name, whose first letter is its affinity.</summary>
    private async Task<IReadOnlyList<string>> SubmitAsync(string[] names, TaskPriority priority = TaskPriority.Normal)
    {
        await redis.Database.HashSetAsync(keys.Flow, [new("w:test", 10), new("window", 10)]); // all are admitted at once
        await using RunnelClient client = await ConnectAsync();
        List<string> ids = [];
        foreach (string name in names)
            ids.Add(await client.SubmitAsync("run", name, new SubmitOptions { Group = "all", Affinity = name[..1], Priority = priority }, TestContext.Current.CancellationToken));
        return ids;
    }

    private Task<RunnelClient> ConnectAsync() =>
        RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);

    private Task<TestHost> StartAsync(List<string> order, string[] held) => TestHost.StartAsync(
        redis,
        builder =>
        {
            builder.Services.AddSingleton<IAffinitySource>(new Source(held));
            builder.AddTaskHandler<string>("run", (name, _, _) =>
            {
                order.Add(name);
                return Task.FromResult<object?>(null);
            });
        },
        options => options.Concurrency = 1,
        keys.Queue);

    private sealed class Source(string[] held) : IAffinitySource
    {
        public IReadOnlyCollection<string> Held => held;
    }
}
