using Microsoft.Extensions.Logging.Abstractions;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

/// <summary>Deaths as Redis sees them: a consumer with entries in hand and no lease. Real processes die in Runnel.EndToEnd.Tests.</summary>
public sealed class RecoveryTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");

    [Theory]
    [InlineData(TaskPriority.Normal)]
    [InlineData(TaskPriority.Low)]
    public async Task A_living_worker_takes_over_what_a_dead_one_held(TaskPriority priority)
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("echo", "hello", new SubmitOptions { Priority = priority }, TestContext.Current.CancellationToken);
        await DeliverToAsync("dead", lease: TimeSpan.FromSeconds(-1));

        await using TestHost host = await TestHost.StartAsync(
            redis, b => b.AddTaskHandler("echo", (context, _) => Task.FromResult<object?>($"{context.Attempt} {context.Priority}")), queue: keys.Queue);
        string? result = await client.WaitForResultAsync<string>(id, Deadline, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => !(await redis.Database.StreamConsumerInfoAsync(keys.Streams[3], "workers")).Any(c => c.Name == "dead"),
            Deadline, "the dead consumer is forgotten", TestContext.Current.CancellationToken);

        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"2 {priority}", result);
        Assert.Equal((1L, 0L, 0L, 1L), (stats.Recovered, stats.Running, stats.Retried, stats.Submitted));
    }

    [Fact]
    public async Task Nobody_takes_from_a_worker_whose_lease_holds()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitAsync("echo", 1, cancellationToken: TestContext.Current.CancellationToken);
        await DeliverToAsync("alive", lease: TimeSpan.FromHours(1));

        int moved = await Scripts("other").RecoverAsync(QueueKeys.Normal, "alive");

        Assert.Equal(-1, moved);
        Assert.Equal(1, await redis.Database.StreamLengthAsync(keys.Streams[QueueKeys.Normal]));
    }

    [Fact]
    public async Task A_worker_that_never_beat_is_found_too()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("echo", 1, cancellationToken: TestContext.Current.CancellationToken);
        await DeliverToAsync("stranger", lease: null);
        HeldTasks held = new(1);
        WorkerOptions options = new() { Name = "me" };
        Recovery recovery = new(redis.Database, keys, options, Scripts("me"), held, TimeProvider.System, NullLogger<Recovery>.Instance);

        recovery.Suspect();
        await recovery.AuditAsync();

        Assert.Equal(0, await redis.Database.SortedSetScoreAsync(keys.Workers, "stranger"));
        Assert.Equal(TaskState.Running, (await client.FindAsync(id, TestContext.Current.CancellationToken))!.State);
    }

    [Fact]
    public async Task A_delivery_that_never_arrived_is_handed_back_after_two_looks()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("echo", 1, cancellationToken: TestContext.Current.CancellationToken);
        await DeliverToAsync("me", lease: TimeSpan.FromHours(1));
        Recovery recovery = new(redis.Database, keys, new WorkerOptions { Name = "me" }, Scripts("me"), new HeldTasks(1), TimeProvider.System, NullLogger<Recovery>.Instance);

        recovery.Suspect();
        await recovery.AuditAsync();
        Assert.Equal(TaskState.Running, (await client.FindAsync(id, TestContext.Current.CancellationToken))!.State);
        await recovery.AuditAsync();

        TaskInfo? task = await client.FindAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal((TaskState.Queued, 1), (task!.State, task.Attempt));
        Assert.Equal(1, await redis.Database.StreamLengthAsync(keys.Streams[QueueKeys.Returned]));
    }

    [Fact]
    public async Task A_task_that_kills_its_workers_is_poison_and_its_neighbors_are_not()
    {
        await using RunnelClient client = await ConnectAsync();
        string poison = await client.SubmitAsync("kill", new { x = 1 }, new SubmitOptions { MaxRetries = 0 }, TestContext.Current.CancellationToken);
        for (int death = 1; death <= 3; death++)
        {
            List<TaskEntry> inHand = await DeliverToAsync($"dead{death}", lease: TimeSpan.FromSeconds(-1));
            if (death == 3)
                await Scripts("dead3").NoteAloneAsync(inHand.Single(e => e.TaskId == poison));
            for (int level = 0; level < QueueKeys.Levels; level++)
                await Scripts("other").RecoverAsync(level, $"dead{death}");
            await client.SubmitAsync("kind", 1, cancellationToken: TestContext.Current.CancellationToken);
        }

        TaskInfo? task = await client.FindAsync(poison, TestContext.Current.CancellationToken);
        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((TaskState.Failed, "poison"), (task!.State, task.Reason));
        Assert.Contains("dead3", Assert.Single(task.Errors).Message, StringComparison.Ordinal);
        Assert.Equal((1L, 2L, 0L), (stats.Dead, stats.Returned, stats.Retried));
        Assert.Equal("{\"x\":1}", (await client.DeadLetters.ListAsync(cancellationToken: TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken)).Payload);
    }

    [Fact]
    public async Task A_task_that_ran_beside_others_at_every_death_is_not_poison()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitManyAsync("any", [1, 2], cancellationToken: TestContext.Current.CancellationToken);
        for (int death = 1; death <= 5; death++)
        {
            await DeliverToAsync($"dead{death}", lease: TimeSpan.FromSeconds(-1));
            for (int level = 0; level < QueueKeys.Levels; level++)
                await Scripts("other").RecoverAsync(level, $"dead{death}");
        }

        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 2L, 10L), (stats.Dead, stats.Returned, stats.Recovered));
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("any", (_, _) => Task.FromResult<object?>(1)), queue: keys.Queue);
        await Eventually.TrueAsync(
            async () => (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Completed == 2, Deadline, "both are done", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_was_noted_of_one_delivery_does_not_count_for_the_next()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitAsync("any", 1, cancellationToken: TestContext.Current.CancellationToken);
        for (int death = 1; death <= 3; death++)
        {
            TaskEntry entry = Assert.Single(await DeliverToAsync($"dead{death}", lease: TimeSpan.FromSeconds(-1)));
            if (death == 2)
                await Scripts("dead2").NoteAloneAsync(entry);
            for (int level = 0; level < QueueKeys.Levels; level++)
                await Scripts("other").RecoverAsync(level, $"dead{death}");
            Assert.Equal(SettleResult.Refused, await Scripts($"dead{death}").NoteAloneAsync(entry));
        }

        Assert.Equal(0, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Dead);
    }

    [Fact]
    public async Task Every_write_of_a_worker_that_was_replaced_is_refused()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("echo", 1, cancellationToken: TestContext.Current.CancellationToken);
        TaskEntry entry = Assert.Single(await DeliverToAsync("zombie", lease: TimeSpan.FromSeconds(-1)));
        SettleScripts zombie = Scripts("zombie");
        RunningTask running = new(entry, 0);
        await Scripts("other").RecoverAsync(QueueKeys.Normal, "zombie");

        Completed[] refused = await zombie.CompleteAsync([new Completed(running, "{}"u8.ToArray(), false)], 1);
        SettleResult retried = await zombie.RetryAsync(new Retry(running, "{}"u8.ToArray(), TimeSpan.Zero, false));
        SettleResult dead = await zombie.DeadLetterAsync(new Dead(running, "{}"u8.ToArray(), "failed", false));
        SettleResult givenBack = await zombie.GiveBackAsync(QueueKeys.Normal, entry.EntryId);

        TaskInfo? task = await client.FindAsync(id, TestContext.Current.CancellationToken);
        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Same(running, Assert.Single(refused).Task);
        Assert.All(new[] { retried, dead, givenBack }, r => Assert.Equal(SettleResult.Refused, r));
        Assert.Equal((TaskState.Queued, 2, 0), (task!.State, task.Attempt, task.Errors.Count));
        Assert.Equal((4L, 1L, 0L, 0L), (stats.StaleResults, stats.Returned, stats.Dead, stats.Delayed));
    }

    [Fact]
    public async Task A_write_whose_reply_was_lost_is_not_refused_the_second_time()
    {
        await using RunnelClient client = await ConnectAsync();
        string[] ids = [.. await client.SubmitManyAsync("echo", [1, 2, 3], cancellationToken: TestContext.Current.CancellationToken)];
        List<TaskEntry> entries = await DeliverToAsync("me", lease: TimeSpan.FromHours(1));
        SettleScripts me = Scripts("me");
        Completed done = new(new RunningTask(entries[0], 0), "{\"n\":1}"u8.ToArray(), false);
        Retry again = new(new RunningTask(entries[1], 0), "{\"n\":2}"u8.ToArray(), TimeSpan.FromHours(1), false);
        Dead dead = new(new RunningTask(entries[2], 0), "{\"n\":3}"u8.ToArray(), "failed", false);

        for (int call = 0; call < 2; call++)
        {
            Assert.Empty(await me.CompleteAsync([done], 3));
            Assert.Equal(SettleResult.Done, await me.RetryAsync(again));
            Assert.Equal(SettleResult.Done, await me.DeadLetterAsync(dead));
        }

        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1L, 1L, 1L, 0L, 0L), (stats.Completed, stats.Delayed, stats.Dead, stats.StaleResults, stats.Running));
        Assert.Equal(3, ids.Length);
    }

    private SettleScripts Scripts(string consumer) => new(redis.Database, keys, new RunnelOptions(), new WorkerOptions { Name = consumer });

    private Task<RunnelClient> ConnectAsync() =>
        RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);

    /// <summary>Delivers everything that waits to a consumer with the given lease (negative: run out; null: it never beat).</summary>
    private async Task<List<TaskEntry>> DeliverToAsync(string consumer, TimeSpan? lease)
    {
        await QueueGroups.EnsureAsync(redis.Database, keys);
        List<TaskEntry> entries = [];
        for (int level = 0; level < QueueKeys.Levels; level++)
        {
            RedisResult reply = await redis.Database.ExecuteAsync("XREADGROUP", "GROUP", "workers", consumer, "STREAMS", keys.Streams[level], ">");
            for (int i = 0; !reply.IsNull && i < reply[0][1].Length; i++)
                entries.Add(TaskEntry.Parse(level, reply[0][1][i][0], reply[0][1][i][1]));
        }

        if (lease is { } left)
        {
            RedisResult time = await redis.Database.ExecuteAsync("TIME");
            await redis.Database.SortedSetAddAsync(keys.Workers, consumer, ((long)time[0] * 1000) + left.TotalMilliseconds);
        }

        return entries;
    }
}
