using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Flow;

/// <summary>Slots when workers die, as Redis sees it: a window is asked for by hand, consumers take and end tasks by the scripts.</summary>
public sealed class SlotTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");

    [Fact]
    public async Task A_recovered_task_keeps_its_slot_and_none_goes_past_it()
    {
        await using RunnelClient client = await ConnectAsync(window: 10);
        await client.Flow.SetGroupAsync("A", limit: 1, cancellationToken: TestContext.Current.CancellationToken);
        await client.SubmitManyAsync("run", [1, 2], new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        await Deaths.DeliverAsync(redis.Database, keys, "dead");

        await Deaths.RecoverAsync(redis.Database, keys, "dead");

        GroupStatus group = await client.Flow.GetGroupAsync("A", TestContext.Current.CancellationToken);
        Assert.Equal((1L, 1L), (group.Waiting, group.Admitted));
        Assert.Single(await Deaths.DeliverAsync(redis.Database, keys, "next"));
        await FlowTruth.CountersEqualTheTruthAsync(redis.Database, keys);
    }

    [Fact]
    public async Task A_poison_task_gives_up_its_slot_to_the_next()
    {
        await using RunnelClient client = await ConnectAsync(window: 1);
        IReadOnlyList<string> ids = await client.SubmitManyAsync("run", [1, 2], new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);

        await Deaths.PoisonAsync(redis.Database, keys);

        TaskEntry next = Assert.Single(await Deaths.DeliverAsync(redis.Database, keys, "next"));
        Assert.Equal(ids[1], next.TaskId);
        await FlowTruth.CountersEqualTheTruthAsync(redis.Database, keys);
    }

    [Fact]
    public async Task No_more_are_admitted_than_the_workers_ask_for_and_what_a_dead_one_asked_for_is_taken_back()
    {
        await using RunnelClient client = await ConnectAsync(window: 3);
        await client.SubmitManyAsync("run", Enumerable.Range(0, 20), new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        long admitted = await redis.Database.HashLengthAsync(keys.FlowSlots);

        await using (TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("other", (_, _) => Task.FromResult<object?>(1)), o => o.Concurrency = 2, keys.Queue))
            Assert.Equal(4, await redis.Database.HashGetAsync(keys.Flow, "window")); // the sweep of its first beat found no lease for "test"

        Assert.Equal(3, admitted);
        Assert.Equal(0, await redis.Database.HashGetAsync(keys.Flow, "window"));
    }

    [Fact]
    public async Task The_slot_of_an_entry_that_was_deleted_by_hand_is_freed_by_the_sweep()
    {
        await using RunnelClient client = await ConnectAsync(window: 1);
        IReadOnlyList<string> ids = await client.SubmitManyAsync("run", [1, 2], new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        await redis.Database.KeyDeleteAsync(keys.Queue);

        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (_, _) => Task.FromResult<object?>(1)), queue: keys.Queue);
        TaskInfo second = await client.WaitAsync(ids[1], Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(TaskState.Completed, second.State);
        await FlowTruth.CountersEqualTheTruthAsync(redis.Database, keys);
    }

    [Fact]
    public async Task An_admitted_task_that_is_cancelled_before_it_starts_gives_up_its_slot()
    {
        await using RunnelClient client = await ConnectAsync(window: 1);
        IReadOnlyList<string> ids = await client.SubmitManyAsync("run", [1, 2], new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);

        CancelResult result = await client.CancelAsync(ids[0], TestContext.Current.CancellationToken);

        Assert.Equal(CancelResult.Cancelled, result);
        Assert.Equal(ids[1], (string?)Assert.Single(await redis.Database.HashKeysAsync(keys.FlowSlots)));
        await FlowTruth.CountersEqualTheTruthAsync(redis.Database, keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Counters_equal_the_truth_and_all_tasks_end_whatever_dies(int seed)
    {
        Random random = new(seed);
        await using RunnelClient client = await ConnectAsync(window: 6);
        await client.Flow.SetGroupAsync("G1", weight: 2, limit: 2, cancellationToken: TestContext.Current.CancellationToken);
        await client.Flow.SetLimitAsync("t1", 2, TestContext.Current.CancellationToken);
        List<string> ids = [];
        List<(string Consumer, TaskEntry Entry)> held = [];
        int consumers = 0;
        for (int step = 0; step < 400; step++)
        {
            switch (random.Next(step < 300 ? 8 : 6))
            {
                case 0:
                    string consumer = $"c{++consumers}";
                    held.AddRange((await Deaths.DeliverAsync(redis.Database, keys, consumer, count: 2)).Select(e => (consumer, e)));
                    break;
                case 1 when held.Count > 0:
                    string dead = held[random.Next(held.Count)].Consumer;
                    await Deaths.RecoverAsync(redis.Database, keys, dead);
                    break; // it stays in the list: what it writes from now on comes from a zombie
                case 2 when ids.Count > 0:
                    await client.CancelAsync(ids[random.Next(ids.Count)], TestContext.Current.CancellationToken);
                    break;
                case 3 or 4 or 5 when held.Count > 0:
                    (string owner, TaskEntry entry) = held[random.Next(held.Count)];
                    held.RemoveAll(h => h.Entry == entry);
                    await EndAsync(owner, entry, random.Next(5));
                    break;
                case 6 or 7:
                    ids.Add(await client.SubmitAsync($"t{random.Next(2)}", step, new SubmitOptions
                    {
                        Group = $"G{random.Next(3)}",
                        Priority = random.Next(3) == 0 ? TaskPriority.High : TaskPriority.Normal,
                        Unique = random.Next(3) == 0 ? new UniqueOptions($"k{random.Next(5)}") { Conflict = UniqueConflict.ReturnExisting } : null,
                    }, TestContext.Current.CancellationToken));
                    break;
            }

            await FlowTruth.CountersEqualTheTruthAsync(redis.Database, keys);
        }

        foreach (string owner in held.Select(h => h.Consumer).Distinct())
            await Deaths.RecoverAsync(redis.Database, keys, owner);
        await using TestHost host = await TestHost.StartAsync(redis, b => b
            .AddTaskHandler("t0", (_, _) => Task.FromResult<object?>(1)).AddTaskHandler("t1", (_, _) => Task.FromResult<object?>(1)), queue: keys.Queue);
        foreach (string id in ids)
            Assert.True((await client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken)).State >= TaskState.Completed);

        await FlowTruth.NothingIsLeftAsync(redis.Database, keys, client);
        Assert.Empty(redis.Connection.GetServers()[0].Keys(pattern: keys.UniquePrefix + "*"));
    }

    private async Task EndAsync(string owner, TaskEntry entry, int how)
    {
        SettleScripts scripts = Deaths.Scripts(redis.Database, keys, owner);
        RunningTask task = new(entry, 0);
        switch (how)
        {
            case 0:
                await scripts.RetryAsync(new Retry(task, "{}"u8.ToArray(), TimeSpan.Zero, false));
                break;
            case 1:
                await scripts.DeadLetterAsync(new Dead(task, "{\"attempt\":1,\"type\":\"t\",\"message\":\"m\",\"stack\":\"\",\"worker\":\"w\",\"at_ms\":1}"u8.ToArray(), "failed", false));
                break;
            case 2:
                await scripts.GiveBackAsync(entry.Level, entry.EntryId);
                break;
            default:
                await scripts.CompleteAsync([new Completed(task, "{\"type\":\"t\",\"worker\":\"w\",\"result\":1}"u8.ToArray(), entry.HasRecord)], 10);
                break;
        }
    }

    /// <summary>A client, and a window as if a worker with a lease of an hour had asked for it.</summary>
    private async Task<RunnelClient> ConnectAsync(int window)
    {
        await redis.Database.HashSetAsync(keys.Flow, [new("window", window), new("w:test", window)]);
        return await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);
    }
}
