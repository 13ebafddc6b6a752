using Runnel.Redis;
using Runnel.TestKit;

namespace Runnel.Tests.Flow;

public sealed class UniqueTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");
    private static SubmitOptions Unique(UniqueConflict conflict = UniqueConflict.ReturnExisting, UniqueScope? scope = null) =>
        new() { Unique = new UniqueOptions("k") { Scope = scope ?? UniqueScope.UntilDone, Conflict = conflict } };

    [Fact]
    public async Task A_hundred_submissions_at_once_make_one_task()
    {
        await using RunnelClient one = await ConnectAsync();
        await using RunnelClient two = await ConnectAsync();

        string[] ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? one : two).SubmitAsync("run", i, Unique(), TestContext.Current.CancellationToken)));

        Assert.Single(ids.Distinct());
        Assert.Equal(1, (await one.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task A_rejected_duplicate_is_told_which_task_has_the_key()
    {
        await using RunnelClient client = await ConnectAsync();
        string first = await client.SubmitAsync("run", 1, Unique(), TestContext.Current.CancellationToken);

        DuplicateTaskException e = await Assert.ThrowsAsync<DuplicateTaskException>(() => client.SubmitAsync("run", 2, Unique(UniqueConflict.Reject), TestContext.Current.CancellationToken));

        Assert.Equal((first, "k"), (e.ExistingId, e.Key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_key_is_free_when_the_scope_ends_and_not_before(bool untilDone)
    {
        UniqueScope scope = untilDone ? UniqueScope.UntilDone : UniqueScope.UntilStarted;
        TaskCompletionSource started = new(), release = new();
        await using TestHost host = await StartAsync(async payload =>
        {
            if (payload == 1)
            {
                started.SetResult();
                await release.Task;
            }
        });
        string first = await host.Client.SubmitAsync("run", 1, Unique(scope: scope), TestContext.Current.CancellationToken);
        await started.Task;

        string whileRunning = await host.Client.SubmitAsync("run", 2, Unique(scope: scope), TestContext.Current.CancellationToken);
        release.SetResult();
        await host.Client.WaitAsync(first, Deadline, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(whileRunning, Deadline, TestContext.Current.CancellationToken);
        string after = await host.Client.SubmitAsync("run", 3, Unique(scope: scope), TestContext.Current.CancellationToken);

        Assert.Equal(untilDone, first == whileRunning);
        Assert.DoesNotContain(after, new[] { first, whileRunning });
        await host.Client.WaitAsync(after, Deadline, TestContext.Current.CancellationToken);
        Assert.False(await redis.Database.KeyExistsAsync(keys.Unique("k")));
    }

    [Fact]
    public async Task A_window_keeps_the_key_after_the_task_is_done_until_it_is_over()
    {
        await using TestHost host = await StartAsync(_ => Task.CompletedTask);
        SubmitOptions window = new() { Unique = new UniqueOptions("k") { Scope = UniqueScope.For(TimeSpan.FromSeconds(1)) } };
        string first = await host.Client.SubmitAsync("run", 1, window, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(first, Deadline, TestContext.Current.CancellationToken);

        string within = await host.Client.SubmitAsync("run", 2, window, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => !await redis.Database.KeyExistsAsync(keys.Unique("k")), Deadline, "the window is over", TestContext.Current.CancellationToken);
        string after = await host.Client.SubmitAsync("run", 3, window, TestContext.Current.CancellationToken);

        Assert.Equal(first, within);
        Assert.NotEqual(first, after);
    }

    [Fact]
    public async Task A_burst_becomes_one_task_with_the_last_payload_whose_delay_starts_anew()
    {
        int runs = 0, last = 0;
        SubmitOptions debounce = Unique(UniqueConflict.Replace) with { Delay = TimeSpan.FromSeconds(1) };
        await using TestHost host = await StartAsync(payload =>
        {
            (runs, last) = (runs + 1, payload);
            return Task.CompletedTask;
        });

        string first = await host.Client.SubmitAsync("run", 1, debounce, TestContext.Current.CancellationToken);
        DateTimeOffset due = (await host.Client.FindAsync(first, TestContext.Current.CancellationToken))!.DueAt!.Value;
        await Task.WhenAll(Enumerable.Range(2, 8).Select(i => host.Client.SubmitAsync("run", i, debounce, TestContext.Current.CancellationToken)));
        string tenth = await host.Client.SubmitAsync("run", 10, debounce, TestContext.Current.CancellationToken);
        TaskInfo scheduled = (await host.Client.FindAsync(first, TestContext.Current.CancellationToken))!;
        await host.Client.WaitAsync(first, Deadline, TestContext.Current.CancellationToken);

        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((first, 1, 10), (tenth, runs, last));
        Assert.True(scheduled.DueAt > due);
        Assert.Equal((1L, 1L, 0L), (stats.Submitted, stats.Completed, stats.Delayed));
    }

    [Fact]
    public async Task A_queued_task_is_replaced_and_moves_to_the_end_of_its_line()
    {
        await using RunnelClient client = await ConnectAsync();
        string first = await client.SubmitAsync("old", 1, Unique(UniqueConflict.Replace), TestContext.Current.CancellationToken);
        await client.SubmitAsync("other", 1, cancellationToken: TestContext.Current.CancellationToken);

        string second = await client.SubmitAsync("new", 2, Unique(UniqueConflict.Replace) with { MaxRetries = 7 }, TestContext.Current.CancellationToken);

        TaskInfo task = (await client.FindAsync(first, TestContext.Current.CancellationToken))!;
        Assert.Equal((first, "new", 7, TaskState.Queued), (second, task.Type, task.MaxRetries, task.State));
        Assert.Equal(["other", "new"], (await redis.Database.StreamRangeAsync(keys.Streams[QueueKeys.Normal])).Select(e => (string?)e["type"]));
        Assert.Equal(2, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task A_running_task_is_not_replaced()
    {
        TaskCompletionSource started = new(), release = new();
        await using TestHost host = await StartAsync(async _ =>
        {
            started.TrySetResult();
            await release.Task;
        });
        string first = await host.Client.SubmitAsync("run", 1, Unique(), TestContext.Current.CancellationToken);
        await started.Task;

        DuplicateTaskException e = await Assert.ThrowsAsync<DuplicateTaskException>(() => host.Client.SubmitAsync("run", 2, Unique(UniqueConflict.Replace), TestContext.Current.CancellationToken));
        release.SetResult();

        Assert.Equal(first, e.ExistingId);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("cancel delayed")]
    [InlineData("dead")]
    [InlineData("expire")]
    public async Task A_task_that_ends_without_a_result_frees_its_key_also_within_its_window(string end)
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("run", 1, new SubmitOptions
        {
            Unique = new UniqueOptions("k") { Scope = UniqueScope.For(TimeSpan.FromHours(1)) },
            MaxRetries = 0,
            Delay = end == "cancel delayed" ? TimeSpan.FromHours(1) : null,
            ExpiresAt = end == "expire" ? DateTimeOffset.UnixEpoch : null,
        }, TestContext.Current.CancellationToken);

        if (end.StartsWith("cancel", StringComparison.Ordinal))
        {
            await client.CancelAsync(id, TestContext.Current.CancellationToken);
        }
        else
        {
            await using TestHost host = await StartAsync(_ => throw new InvalidOperationException("no"));
            await client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
        }

        Assert.False(await redis.Database.KeyExistsAsync(keys.Unique("k")));
    }

    [Fact]
    public async Task The_key_is_kept_through_a_retry_and_the_death_of_the_worker()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("run", 1, Unique() with { Retry = RetryPolicy.Fixed(TimeSpan.FromSeconds(1)) }, TestContext.Current.CancellationToken);
        await Deaths.DeliverAsync(redis.Database, keys, "dead");
        await Deaths.RecoverAsync(redis.Database, keys, "dead");
        string afterDeath = await client.SubmitAsync("run", 2, Unique(), TestContext.Current.CancellationToken);
        int runs = 0;
        TaskCompletionSource failed = new();

        await using TestHost host = await StartAsync(_ =>
        {
            if (++runs > 1)
                return Task.CompletedTask;
            failed.SetResult();
            throw new InvalidOperationException("no");
        });
        await failed.Task;
        string afterRetry = await client.SubmitAsync("run", 3, Unique(), TestContext.Current.CancellationToken);
        await client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((id, id, 2), (afterDeath, afterRetry, runs));
        Assert.False(await redis.Database.KeyExistsAsync(keys.Unique("k")));
    }

    [Fact]
    public async Task A_poison_task_frees_its_key()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitAsync("run", 1, Unique(), TestContext.Current.CancellationToken);

        await Deaths.PoisonAsync(redis.Database, keys);

        Assert.Equal(1, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Dead);
        Assert.False(await redis.Database.KeyExistsAsync(keys.Unique("k")));
    }

    [Fact]
    public async Task A_key_whose_task_was_deleted_by_hand_is_taken_over()
    {
        await using RunnelClient client = await ConnectAsync();
        string lost = await client.SubmitAsync("run", 1, Unique(UniqueConflict.Reject), TestContext.Current.CancellationToken);
        await redis.Database.KeyDeleteAsync(keys.Streams[QueueKeys.Normal]);

        string next = await client.SubmitAsync("run", 2, Unique(UniqueConflict.Reject), TestContext.Current.CancellationToken);

        Assert.NotEqual(lost, next);
        Assert.Equal(next, await redis.Database.StringGetAsync(keys.Unique("k")));
    }

    [Fact]
    public async Task A_requeued_dead_letter_takes_its_key_again_or_stays_dead()
    {
        await using RunnelClient client = await ConnectAsync();
        string dead = await client.SubmitAsync("run", 1, Unique() with { MaxRetries = 0 }, TestContext.Current.CancellationToken);
        await using (TestHost host = await StartAsync(_ => throw new InvalidOperationException("no")))
            await client.WaitAsync(dead, Deadline, TestContext.Current.CancellationToken);
        string next = await client.SubmitAsync("run", 2, Unique(), TestContext.Current.CancellationToken);

        DuplicateTaskException e = await Assert.ThrowsAsync<DuplicateTaskException>(() => client.DeadLetters.RequeueAsync(dead, TestContext.Current.CancellationToken));
        int none = await client.DeadLetters.RequeueAllAsync(cancellationToken: TestContext.Current.CancellationToken);
        await client.CancelAsync(next, TestContext.Current.CancellationToken);
        bool requeued = await client.DeadLetters.RequeueAsync(dead, TestContext.Current.CancellationToken);

        Assert.Equal((next, 0, true), (e.ExistingId, none, requeued));
        Assert.Equal(dead, await redis.Database.StringGetAsync(keys.Unique("k")));
    }

    [Theory]
    [InlineData("a b", null)]
    [InlineData("", null)]
    [InlineData("k", "mine")]
    public async Task Says_what_is_wrong_with_the_option(string key, string? id)
    {
        await using RunnelClient client = await ConnectAsync();
        UniqueOptions unique = new(key) { Conflict = UniqueConflict.Replace };

        PayloadException e = await Assert.ThrowsAsync<PayloadException>(() => client.SubmitAsync("run", 1, new SubmitOptions { Id = id, Unique = unique }, TestContext.Current.CancellationToken));

        Assert.Equal(["unique"], e.Fields);
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);

    private Task<TestHost> StartAsync(Func<int, Task> handler) => TestHost.StartAsync(redis, b => b.AddTaskHandler<int>("run", async (payload, _, _) =>
    {
        await handler(payload);
        return null;
    }), queue: keys.Queue);
}
