namespace Runnel.Testing.Tests;

public sealed class TestQueueTests
{
    [Fact]
    public async Task Runs_a_handler_inline_and_shows_result_and_progress()
    {
        await using TestQueue queue = new(builder => builder.AddTaskHandler<int[]>("sum", async (numbers, context, cancellationToken) =>
        {
            await context.ReportProgressAsync(0.5, "half way", cancellationToken);
            return $"{context.Id} {numbers.Sum()} {context.Priority}";
        }));

        TestTask task = await queue.RunAsync("sum", new[] { 1, 2, 3 }, new SubmitOptions { Priority = TaskPriority.High });

        Assert.Equal(("test-1 6 High", TaskState.Completed, 1), (task.GetResult<string>(), task.State, task.Attempt));
        Assert.Equal(new TaskProgress(0.5, "half way"), Assert.Single(task.Progress));
    }

    [Fact]
    public async Task Retries_after_the_waits_that_a_worker_would_keep()
    {
        List<TimeSpan> runs = [];
        await using TestQueue queue = NewQueue(out Func<DateTimeOffset> now, () => throw new InvalidOperationException("no luck"), runs);
        DateTimeOffset start = now();

        TestTask task = await queue.RunAsync("work", 1, new SubmitOptions { MaxRetries = 3 });

        Assert.Equal([0, 2, 6, 14], runs.Select(r => (r - (start - DateTimeOffset.UnixEpoch)).TotalSeconds));
        Assert.Equal((TaskState.Failed, "failed", 4), (task.State, task.Reason, task.Attempt));
        Assert.Equal([1, 2, 3, 4], task.Errors.Select(e => e.Attempt));
        Assert.Contains("no luck", Assert.Throws<InvalidOperationException>(() => task.GetResult<int>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_a_delayed_task_when_its_time_has_come_and_not_before()
    {
        List<TimeSpan> runs = [];
        await using TestQueue queue = NewQueue(out _, () => 1, runs);
        TestTask task = queue.Submit("work", 1, new SubmitOptions { Delay = TimeSpan.FromMinutes(10) });

        await queue.AdvanceAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(TaskState.Scheduled, task.State);
        await queue.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Single(runs);
    }

    [Fact]
    public async Task A_snooze_spends_no_attempt()
    {
        int runs = 0;
        await using TestQueue queue = NewQueue(out _, () => ++runs < 3 ? throw new TaskSnoozedException(TimeSpan.FromHours(1)) : runs, []);

        TestTask task = await queue.RunAsync("work", 1, new SubmitOptions { MaxRetries = 0 });

        Assert.Equal((3, 1), (task.GetResult<int>(), task.Attempt));
    }

    [Fact]
    public async Task A_type_without_handler_and_a_payload_that_does_not_fit_are_dead_letters()
    {
        await using TestQueue queue = new(builder => builder.AddTaskHandler<int>("work", (number, _, _) => Task.FromResult<object?>(number)));

        TestTask unknown = await queue.RunAsync("other", 1);
        TestTask unfit = await queue.RunAsync("work", "text");

        Assert.Equal(("no_handler", "rejected"), (unknown.Reason, unfit.Reason));
    }

    [Fact]
    public async Task A_handler_out_of_time_has_its_token_cancelled_when_the_test_moves_the_clock()
    {
        await using TestQueue queue = new(builder => builder.AddTaskHandler("slow", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }));

        Task<TestTask> running = queue.RunAsync("slow", 1, new SubmitOptions { MaxRetries = 0, Timeout = TimeSpan.FromSeconds(60) });
        queue.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(TaskState.TimedOut, (await running).State);
    }

    private static TestQueue NewQueue(out Func<DateTimeOffset> now, Func<int> work, List<TimeSpan> runs)
    {
        TestQueue? queue = null;
        queue = new TestQueue(builder => builder.AddTaskHandler("work", (_, _) =>
        {
            runs.Add(queue!.Time.GetUtcNow() - DateTimeOffset.UnixEpoch);
            return Task.FromResult<object?>(work());
        }));
        now = queue.Time.GetUtcNow;
        return queue;
    }
}
