using Runnel.Redis;
using Runnel.TestKit;

namespace Runnel.Tests.Flow;

public sealed class GroupTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");

    [Fact]
    public async Task A_small_group_is_done_while_a_large_one_that_came_before_has_nearly_all_left()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitManyAsync("run", Enumerable.Repeat("A", 20_000), new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        await client.SubmitManyAsync("run", Enumerable.Repeat("B", 50), new SubmitOptions { Group = "B" }, TestContext.Current.CancellationToken);
        int a = 0, b = 0;
        TaskCompletionSource<int> done = new();

        await using TestHost host = await StartAsync(group =>
        {
            if (group == "A")
                Interlocked.Increment(ref a);
            else if (Interlocked.Increment(ref b) == 50)
                done.SetResult(Volatile.Read(ref a));
            return Task.CompletedTask;
        });
        int aWhenBWasDone = await done.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.InRange(aWhenBWasDone, 0, 200);
    }

    [Fact]
    public async Task Turns_are_by_weight()
    {
        List<string> order = [];
        await using RunnelClient client = await ConnectAsync();
        await client.Flow.SetGroupAsync("heavy", weight: 3, cancellationToken: TestContext.Current.CancellationToken);
        foreach (string group in new[] { "light", "heavy" })
            await client.SubmitManyAsync("run", Enumerable.Repeat(group, 200), new SubmitOptions { Group = group }, TestContext.Current.CancellationToken);

        await using TestHost host = await StartAsync(
            group =>
            {
                order.Add(group);
                return Task.CompletedTask;
            },
            concurrency: 1);
        await CompletedAsync(client, 400);

        Assert.InRange(order.Take(200).Count(g => g == "heavy"), 147, 153);
    }

    [Fact]
    public async Task A_group_that_was_away_saves_up_no_turns()
    {
        List<string> order = [];
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitManyAsync("run", Enumerable.Repeat("A", 100), new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        await using TestHost host = await StartAsync(
            group =>
            {
                order.Add(group);
                return Task.CompletedTask;
            },
            concurrency: 1);
        await CompletedAsync(client, 100);
        await host.Client.PauseAsync(TestContext.Current.CancellationToken);
        foreach (string group in new[] { "A", "B" })
            await client.SubmitManyAsync("run", Enumerable.Repeat(group, 50), new SubmitOptions { Group = group }, TestContext.Current.CancellationToken);
        await host.Client.ResumeAsync(TestContext.Current.CancellationToken);
        await CompletedAsync(client, 200);

        Assert.InRange(order.Skip(100).Take(50).Count(g => g == "B"), 23, 27);
    }

    [Fact]
    public async Task No_more_of_a_group_run_at_once_than_its_limit_over_all_workers()
    {
        int now = 0, most = 0;
        async Task RunAsync(string _)
        {
            int running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
            Interlocked.Decrement(ref now);
        }

        await using TestHost one = await StartAsync(RunAsync);
        await using TestHost two = await StartAsync(RunAsync);
        await one.Client.Flow.SetGroupAsync("A", limit: 3, cancellationToken: TestContext.Current.CancellationToken);
        await one.Client.SubmitManyAsync("run", Enumerable.Repeat("A", 200), new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        await CompletedAsync(one.Client, 200);

        Assert.Equal(3, most);
        await NothingIsLeftAsync(one.Client);
    }

    [Fact]
    public async Task A_group_that_is_held_back_goes_on_when_its_limit_is_raised()
    {
        await using TestHost host = await StartAsync(_ => Task.CompletedTask);
        await host.Client.Flow.SetGroupAsync("A", limit: 0, cancellationToken: TestContext.Current.CancellationToken);
        string id = await host.Client.SubmitAsync("run", "A", new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken);
        GroupStatus held = await host.Client.Flow.GetGroupAsync("A", TestContext.Current.CancellationToken);

        await host.Client.Flow.SetGroupAsync("A", cancellationToken: TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(new GroupStatus { Group = "A", Limit = 0, Waiting = 1 }, held);
        Assert.Equal(new GroupStatus { Group = "A" }, await host.Client.Flow.GetGroupAsync("A", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Waiting_tasks_are_queued_counted_and_can_be_cancelled()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue, MaxDepth = 3 }, TestContext.Current.CancellationToken);
        SubmitOptions grouped = new() { Group = "A", Priority = TaskPriority.High, Unique = new UniqueOptions("k") };
        string id = await client.SubmitAsync("run", "A", grouped, TestContext.Current.CancellationToken);
        string same = await client.SubmitAsync("run", "A", grouped, TestContext.Current.CancellationToken);
        for (int i = 0; i < 2; i++)
            await client.SubmitAsync("run", "A", new SubmitOptions { Group = "B" }, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<QueueFullException>(() => client.SubmitAsync("run", "A", new SubmitOptions { Group = "A" }, TestContext.Current.CancellationToken));
        TaskInfo queued = (await client.FindAsync(id, TestContext.Current.CancellationToken))!;
        QueueStats before = await client.GetStatsAsync(TestContext.Current.CancellationToken);

        CancelResult cancelled = await client.CancelAsync(id, TestContext.Current.CancellationToken);

        QueueStats after = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((id, TaskState.Queued, TaskPriority.High), (same, queued.State, queued.Priority));
        Assert.Equal((3L, 3L, 1L, 2L), (before.Submitted, before.Gated, before.Queued[TaskPriority.High], before.Queued[TaskPriority.Normal]));
        Assert.Equal((CancelResult.Cancelled, 2L, 1L), (cancelled, after.Gated, after.Cancelled));
        Assert.Equal(TaskState.Cancelled, (await client.FindAsync(id, TestContext.Current.CancellationToken))!.State);
        Assert.Equal(CancelResult.Ended, await client.CancelAsync(id, TestContext.Current.CancellationToken));
        Assert.False(await redis.Database.KeyExistsAsync(keys.Unique("k")));
    }

    [Fact]
    public async Task Higher_priorities_go_first_and_lower_ones_are_not_starved()
    {
        List<string> order = [];
        await using RunnelClient client = await ConnectAsync();
        foreach (TaskPriority priority in Enum.GetValues<TaskPriority>())
            await client.SubmitManyAsync("run", Enumerable.Repeat($"{priority}", 100), new SubmitOptions { Group = "A", Priority = priority }, TestContext.Current.CancellationToken);

        await using TestHost host = await StartAsync(
            text =>
            {
                order.Add(text);
                return Task.CompletedTask;
            },
            concurrency: 1);
        await CompletedAsync(client, 400);

        Assert.InRange(order.Take(100).Count(p => p == "Critical"), 80, 90);
        Assert.InRange(order.Take(100).Count(p => p == "Low"), 3, 7);
    }

    [Fact]
    public async Task A_retry_gives_up_its_slot_and_waits_for_its_turn_again()
    {
        int tries = 0;
        await using TestHost host = await StartAsync(text => text == "ok" || ++tries > 2 ? Task.CompletedTask : throw new InvalidOperationException("no"));
        await host.Client.Flow.SetGroupAsync("A", limit: 1, cancellationToken: TestContext.Current.CancellationToken);
        SubmitOptions grouped = new() { Group = "A", Retry = RetryPolicy.Fixed(TimeSpan.FromSeconds(0.5)) };

        string broken = await host.Client.SubmitAsync("run", "broken", grouped, TestContext.Current.CancellationToken);
        string fine = await host.Client.SubmitAsync("run", "ok", grouped, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(fine, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        TaskInfo mended = await host.Client.WaitAsync(broken, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Completed, 3), (mended.State, mended.Attempt));
        Assert.Equal(2, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
        await NothingIsLeftAsync(host.Client);
    }

    [Fact]
    public async Task A_delayed_task_waits_for_its_turn_when_it_is_due()
    {
        await using TestHost host = await StartAsync(_ => Task.CompletedTask);

        string id = await host.Client.SubmitAsync("run", "A", new SubmitOptions { Group = "A", Delay = TimeSpan.FromMilliseconds(200) }, TestContext.Current.CancellationToken);
        TaskInfo scheduled = (await host.Client.FindAsync(id, TestContext.Current.CancellationToken))!;
        TaskInfo done = await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Scheduled, TaskState.Completed), (scheduled.State, done.State));
        Assert.Equal(1, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
        await NothingIsLeftAsync(host.Client);
    }

    [Fact]
    public async Task A_task_of_another_producer_waits_for_its_turn_too()
    {
        await using TestHost host = await StartAsync(_ => Task.CompletedTask);
        await host.Client.Flow.SetGroupAsync("A", limit: 0, cancellationToken: TestContext.Current.CancellationToken);

        string entry = (await redis.Database.StreamAddAsync(keys.Queue, [new("type", "run"), new("payload", "\"x\""), new("group", "A"), new("retries", 7)]))!;
        await Eventually.TrueAsync(async () => (await host.Client.Flow.GetGroupAsync("A", TestContext.Current.CancellationToken)).Waiting == 1, Deadline, "it waits", TestContext.Current.CancellationToken);
        TaskInfo waiting = (await host.Client.FindAsync("n" + entry, TestContext.Current.CancellationToken))!;
        await host.Client.Flow.SetGroupAsync("A", limit: 1, cancellationToken: TestContext.Current.CancellationToken);
        TaskInfo done = await host.Client.WaitAsync("n" + entry, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Queued, TaskState.Completed, 7, 1), (waiting.State, done.State, done.MaxRetries, done.Attempt));
        Assert.Equal(1, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
        await NothingIsLeftAsync(host.Client);
    }

    [Fact]
    public async Task A_requeued_dead_letter_waits_for_its_turn()
    {
        bool broken = true;
        await using TestHost host = await StartAsync(_ => broken ? throw new InvalidOperationException("no") : Task.CompletedTask);
        string id = await host.Client.SubmitAsync("run", "A", new SubmitOptions { Group = "A", MaxRetries = 0 }, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        broken = false;
        await host.Client.Flow.SetGroupAsync("A", limit: 0, cancellationToken: TestContext.Current.CancellationToken);
        await host.Client.DeadLetters.RequeueAsync(id, TestContext.Current.CancellationToken);
        GroupStatus waiting = await host.Client.Flow.GetGroupAsync("A", TestContext.Current.CancellationToken);
        await host.Client.Flow.SetGroupAsync("A", cancellationToken: TestContext.Current.CancellationToken);
        TaskInfo done = await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((1L, TaskState.Completed, 1), (waiting.Waiting, done.State, done.Attempt));
        await NothingIsLeftAsync(host.Client);
    }

    [Theory]
    [InlineData("group", "a b")]
    [InlineData("rate_key", "")]
    [InlineData("affinity", "a b")]
    public async Task Says_which_option_is_wrong(string field, string value)
    {
        await using RunnelClient client = await ConnectAsync();
        SubmitOptions wrong = field switch
        {
            "group" => new SubmitOptions { Group = value },
            "rate_key" => new SubmitOptions { RateKey = value },
            _ => new SubmitOptions { Affinity = value },
        };

        PayloadException e = await Assert.ThrowsAsync<PayloadException>(() => client.SubmitAsync("run", 1, wrong, TestContext.Current.CancellationToken));

        Assert.Equal([field], e.Fields);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int known;
        while (value > (known = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, known) != known)
        {
        }
    }

    private Task NothingIsLeftAsync(RunnelClient client) => FlowTruth.NothingIsLeftAsync(redis.Database, keys, client);

    private static Task CompletedAsync(RunnelClient client, long count) => Eventually.TrueAsync(
        async () => (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Completed == count, Deadline, $"{count} tasks are completed", TestContext.Current.CancellationToken);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);

    private Task<TestHost> StartAsync(Func<string, Task> handler, int concurrency = 4) => TestHost.StartAsync(redis, b => b.AddTaskHandler<string>("run", async (text, _, _) =>
    {
        await handler(text);
        return null;
    }), o => o.Concurrency = concurrency, keys.Queue);
}
