using System.Collections.Concurrent;

namespace Runnel.Testing.Tests.Conformance;

/// <summary>What holds for a user's handlers wherever they run: each rule once, for the queue in memory and for a real one.</summary>
public abstract class QueueRules : IAsyncLifetime
{
    private static readonly SubmitOptions Quick = new() { MaxRetries = 2, Retry = RetryPolicy.Sequence(TimeSpan.FromMilliseconds(10)) };
    private static readonly SubmitOptions Once = new() { MaxRetries = 0 };
    private readonly ConcurrentQueue<string> ran = [];
    private Func<TaskContext, CancellationToken, Task<object?>> work = (context, _) => Task.FromResult<object?>(context.Attempt);
    private IQueueUnderTest? started;

    private IQueueUnderTest Queue => started!;

    public async ValueTask InitializeAsync() => started = await StartAsync(builder => builder
        .AddTaskHandler<string>("say", (text, _, _) =>
        {
            ran.Enqueue(text);
            return Task.FromResult<object?>(text + "!");
        })
        .AddTaskHandler("work", (context, cancellationToken) => work(context, cancellationToken))
        .AddTaskHandler("fail", (_, _) => throw new InvalidOperationException("no"))
        .AddTaskHandler("reject", (_, _) => throw new NonRetryableException("never"))
        .AddExecuteMiddleware(async (context, next, _) =>
        {
            if (context.Type == "work")
                ran.Enqueue("before work");
            return await next();
        }));

    public async ValueTask DisposeAsync()
    {
        if (started is not null)
            await started.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_task_has_its_handlers_result()
    {
        string id = await Queue.SubmitAsync("say", "hello");

        Assert.Equal(new TaskView(TaskState.Completed, Result: "\"hello!\""), await Queue.EndedAsync(id));
    }

    [Fact]
    public async Task A_failing_task_is_tried_again_and_then_a_dead_letter_with_each_error()
    {
        string id = await Queue.SubmitAsync("fail", 1, Quick);

        Assert.Equal(new TaskView(TaskState.Failed, 3, "failed", 3), await Queue.EndedAsync(id));
    }

    [Fact]
    public async Task What_cannot_succeed_is_a_dead_letter_at_once()
    {
        string rejected = await Queue.SubmitAsync("reject", 1);
        string unfit = await Queue.SubmitAsync("say", new { no = "text" });
        string unknown = await Queue.SubmitAsync("nobody", 1);

        Assert.Equal(new TaskView(TaskState.Failed, 1, "rejected", 1), await Queue.EndedAsync(rejected));
        Assert.Equal(new TaskView(TaskState.Failed, 1, "rejected", 1), await Queue.EndedAsync(unfit));
        Assert.Equal(new TaskView(TaskState.Failed, 1, "no_handler", 1), await Queue.EndedAsync(unknown));
    }

    [Fact]
    public async Task A_snooze_spends_no_attempt()
    {
        int runs = 0;
        work = (context, _) => ++runs < 3 ? throw new TaskSnoozedException(TimeSpan.FromMilliseconds(10)) : Task.FromResult<object?>(context.Attempt);

        string id = await Queue.SubmitAsync("work", 1, Once);

        Assert.Equal(new TaskView(TaskState.Completed, Result: "1"), await Queue.EndedAsync(id));
        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task A_delayed_task_waits()
    {
        string later = await Queue.SubmitAsync("say", "later", new SubmitOptions { Delay = TimeSpan.FromHours(1) });
        string soon = await Queue.SubmitAsync("say", "soon", new SubmitOptions { Delay = TimeSpan.FromMilliseconds(20) });

        await Queue.EndedAsync(soon);

        Assert.Equal(TaskState.Scheduled, (await Queue.FindAsync(later))!.State);
        Assert.Equal(["soon"], ran);
    }

    [Fact]
    public async Task A_task_that_was_not_started_in_time_expires()
    {
        await Queue.HoldAsync();
        string id = await Queue.SubmitAsync("say", "late", new SubmitOptions { ExpiresAt = Queue.Now + TimeSpan.FromMilliseconds(30) });
        await Queue.PassAsync(TimeSpan.FromMilliseconds(60));
        await Queue.ReleaseAsync();

        Assert.Equal(TaskState.Expired, (await Queue.EndedAsync(id)).State);
        Assert.Empty(ran);
    }

    [Fact]
    public async Task An_id_names_one_task_also_after_its_end()
    {
        SubmitOptions mine = new() { Id = "mine" };
        string first = await Queue.SubmitAsync("say", "one", mine);
        string second = await Queue.SubmitAsync("say", "two", mine);
        await Queue.EndedAsync(first);
        string third = await Queue.SubmitAsync("say", "three", mine);
        await Queue.EndedAsync(third);

        Assert.Equal(("mine", "mine", "mine"), (first, second, third));
        Assert.Equal(["one"], ran);
    }

    [Fact]
    public async Task Higher_priorities_go_first_and_equals_in_their_order()
    {
        await Queue.HoldAsync();
        List<string> ids = [];
        foreach ((string name, TaskPriority priority) in new[]
            { ("low", TaskPriority.Low), ("one", TaskPriority.Normal), ("two", TaskPriority.Normal), ("high", TaskPriority.High), ("critical", TaskPriority.Critical) })
            ids.Add(await Queue.SubmitAsync("say", name, new SubmitOptions { Priority = priority }));
        await Queue.ReleaseAsync();
        foreach (string id in ids)
            await Queue.EndedAsync(id);

        Assert.Equal(["critical", "high", "one", "two", "low"], ran);
    }

    [Fact]
    public async Task A_unique_key_is_held_until_the_task_is_done()
    {
        SubmitOptions unique = new() { Unique = new UniqueOptions("key") };
        SubmitOptions rejecting = new() { Unique = new UniqueOptions("key") { Conflict = UniqueConflict.Reject } };
        await Queue.HoldAsync();
        string first = await Queue.SubmitAsync("say", "one", unique);
        string same = await Queue.SubmitAsync("say", "two", unique);
        DuplicateTaskException taken = await Assert.ThrowsAsync<DuplicateTaskException>(async () => await Queue.SubmitAsync("say", "three", rejecting));
        await Queue.ReleaseAsync();
        await Queue.EndedAsync(first);
        string next = await Queue.SubmitAsync("say", "four", rejecting);
        await Queue.EndedAsync(next);

        Assert.Equal((first, first), (same, taken.ExistingId));
        Assert.NotEqual(first, next);
        Assert.Equal(["one", "four"], ran);
    }

    [Fact]
    public async Task Replacing_keeps_the_id_and_runs_the_last_payload()
    {
        SubmitOptions debounced = new() { Delay = TimeSpan.FromMilliseconds(50), Unique = new UniqueOptions("key") { Conflict = UniqueConflict.Replace } };
        await Queue.HoldAsync();
        string first = await Queue.SubmitAsync("say", "one", debounced);
        string second = await Queue.SubmitAsync("say", "two", debounced);
        await Queue.ReleaseAsync();

        Assert.Equal("\"two!\"", (await Queue.EndedAsync(first)).Result);
        Assert.Equal(first, second);
        Assert.Equal(["two"], ran);
    }

    [Fact]
    public async Task A_key_until_started_is_free_for_the_next_while_the_task_runs()
    {
        SubmitOptions unique = new() { Unique = new UniqueOptions("key") { Scope = UniqueScope.UntilStarted } };
        string? next = null;
        work = async (context, _) => context.GetPayload<int>() == 1 ? next = await Queue.SubmitAsync("work", 2, unique) : null;

        string first = await Queue.SubmitAsync("work", 1, unique);
        await Queue.EndedAsync(first);

        Assert.NotEqual(first, next);
        Assert.Equal(TaskState.Completed, (await Queue.EndedAsync(next!)).State);
    }

    [Fact]
    public async Task A_waiting_task_is_cancelled_at_once_and_a_running_one_when_its_handler_stops()
    {
        work = async (context, cancellationToken) =>
        {
            ran.Enqueue($"{await Queue.CancelAsync(context.Id)}");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        };
        string waiting = await Queue.SubmitAsync("say", "never", new SubmitOptions { Delay = TimeSpan.FromHours(1) });

        CancelResult first = await Queue.CancelAsync(waiting);
        CancelResult second = await Queue.CancelAsync(waiting);
        CancelResult third = await Queue.CancelAsync("unknown");
        string running = await Queue.SubmitAsync("work", 1);

        Assert.Equal(TaskState.Cancelled, (await Queue.EndedAsync(running)).State);
        Assert.Equal((CancelResult.Cancelled, CancelResult.Ended, CancelResult.Unknown), (first, second, third));
        Assert.Equal(["before work", "Cancelling"], ran);
    }

    [Fact]
    public async Task A_chain_runs_in_its_order_and_ends_where_a_step_fails()
    {
        IReadOnlyList<string> good = await Queue.SubmitChainAsync(new("say", "a"), new("say", "b"), new("say", "c"));
        await Queue.EndedAsync(good[2]);
        IReadOnlyList<string> bad = await Queue.SubmitChainAsync(
            new("fail", 1, Once), new("say", "never"), new("say", "nor this"), new("say", "last", new SubmitOptions { AfterFailure = ParentFailurePolicy.Run }));

        Assert.Equal(TaskState.Completed, (await Queue.EndedAsync(bad[3])).State);
        Assert.Equal(new TaskView(TaskState.Cancelled, Reason: "parent"), await Queue.EndedAsync(bad[1]));
        Assert.Equal(new TaskView(TaskState.Cancelled, Reason: "parent"), await Queue.EndedAsync(bad[2]));
        Assert.Equal(["a", "b", "c", "last"], ran);
    }

    [Fact]
    public async Task A_task_waits_for_all_of_its_parents()
    {
        await Queue.HoldAsync();
        string one = await Queue.SubmitAsync("say", "one"), two = await Queue.SubmitAsync("say", "two");
        string child = await Queue.SubmitAsync("say", "child", new SubmitOptions { After = [one, two] });
        TaskView waiting = (await Queue.FindAsync(child))!;
        await Assert.ThrowsAsync<PayloadException>(async () => await Queue.SubmitAsync("say", "orphan", new SubmitOptions { After = ["unknown"] }));
        await Queue.ReleaseAsync();
        await Queue.EndedAsync(child);

        Assert.Equal(new TaskView(TaskState.Scheduled, WaitsFor: 2), waiting);
        Assert.Equal(["one", "two", "child"], ran);
    }

    [Fact]
    public async Task A_dead_letter_is_requeued_with_its_errors_or_purged()
    {
        int failures = 1;
        work = (context, _) => failures-- > 0 ? throw new InvalidOperationException("no") : Task.FromResult<object?>(context.Run);
        string id = await Queue.SubmitAsync("work", 1, Once), gone = await Queue.SubmitAsync("fail", 1, Once);
        await Queue.EndedAsync(id);
        await Queue.EndedAsync(gone);

        bool requeued = await Queue.RequeueAsync(id);
        TaskView again = await Queue.EndedAsync(id);
        bool twice = await Queue.RequeueAsync(id);
        bool purged = await Queue.PurgeAsync(gone);

        Assert.Equal(new TaskView(TaskState.Completed, Errors: 1, Result: "2"), again);
        Assert.Equal((true, false, true), (requeued, twice, purged));
        Assert.Null(await Queue.FindAsync(gone));
    }

    [Fact]
    public async Task A_batch_counts_its_members_shares_its_base_and_is_followed_once()
    {
        work = (context, _) => Task.FromResult<object?>(context.GetPayload<Sum>()!.A + context.GetPayload<Sum>()!.B);
        BatchOptions options = new() { Base = new { a = 40, b = 1 }, OnCompleted = new TaskDraft("say", "completed"), OnSuccess = new TaskDraft("say", "success") };

        string id = await Queue.SubmitBatchAsync("work", [new { }, new { b = 2 }], options);
        BatchView batch = await Queue.BatchEndedAsync(id);
        await Queue.EndedAsync($"{id}.completed");
        await Queue.EndedAsync($"{id}.success");

        Assert.Equal(new BatchView(2, 0, 0), batch);
        Assert.Equal(("41", "42"), ((await Queue.EndedAsync($"{id}.0")).Result, (await Queue.EndedAsync($"{id}.1")).Result));
        Assert.Equal(["before work", "before work", "completed", "success"], ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_batch_with_a_failed_member_is_no_success()
    {
        BatchOptions options = new() { Members = Once, OnCompleted = new TaskDraft("say", "completed"), OnSuccess = new TaskDraft("say", "success") };

        string id = await Queue.SubmitBatchAsync("fail", [1, 2], options);
        BatchView batch = await Queue.BatchEndedAsync(id);
        await Queue.EndedAsync($"{id}.completed");

        Assert.Equal(new BatchView(0, 2, 0), batch);
        Assert.Equal(new TaskView(TaskState.Cancelled, Reason: "parent"), await Queue.EndedAsync($"{id}.success"));
        Assert.Equal(["completed"], ran);
    }

    [Fact]
    public async Task A_cancelled_batch_ends_and_runs_no_more()
    {
        await Queue.HoldAsync();
        string id = await Queue.SubmitBatchAsync("say", ["a", "b", "c"], new BatchOptions { OnCompleted = new TaskDraft("say", "completed") });
        await Queue.CancelBatchAsync(id);
        await Queue.ReleaseAsync();
        await Queue.EndedAsync($"{id}.completed");

        Assert.Equal(new BatchView(0, 0, 3), await Queue.BatchEndedAsync(id));
        Assert.Equal(["completed"], ran);
    }

    protected abstract Task<IQueueUnderTest> StartAsync(Action<RunnelBuilder> handlers);

    private sealed record Sum(int A, int B);
}
