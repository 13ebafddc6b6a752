using Runnel.TestKit;

namespace Runnel.Tests.Worker;

public sealed class RetryTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly SubmitOptions OneRetry = new() { MaxRetries = 1 };
    private static readonly SubmitOptions NoRetry = new() { MaxRetries = 0 };

    [Fact]
    public async Task Runs_a_failed_task_again_after_two_seconds()
    {
        List<(int Attempt, long At)> runs = [];
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("flaky", (context, _) =>
        {
            runs.Add((context.Attempt, TimeProvider.System.GetTimestamp()));
            return context.Attempt == 1 ? throw new InvalidOperationException("first time") : Task.FromResult<object?>("fine");
        }));

        string id = await host.Client.SubmitAsync("flaky", 1, cancellationToken: TestContext.Current.CancellationToken);
        string? result = await host.Client.WaitForResultAsync<string>(id, Deadline, TestContext.Current.CancellationToken);
        TaskInfo? task = await host.Client.FindAsync(id, TestContext.Current.CancellationToken);

        Assert.Equal("fine", result);
        Assert.Equal([1, 2], runs.Select(r => r.Attempt));
        Assert.InRange(TimeProvider.System.GetElapsedTime(runs[0].At, runs[1].At), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(4));
        Assert.Equal(2, task!.Attempt);
        Assert.Equal("first time", Assert.Single(task.Errors).Message);
    }

    [Fact]
    public async Task Dead_letters_a_task_after_its_last_retry_with_every_error()
    {
        await using TestHost host = await TestHost.StartAsync(
            redis, b => b.AddTaskHandler("broken", (context, _) => throw new InvalidOperationException($"attempt {context.Attempt}")));

        string id = await host.Client.SubmitAsync("broken", new { x = 1 }, OneRetry, TestContext.Current.CancellationToken);
        TaskFailedException thrown = await Assert.ThrowsAsync<TaskFailedException>(
            () => host.Client.WaitForResultAsync<int>(id, Deadline, TestContext.Current.CancellationToken));
        List<DeadLetter> letters = await host.Client.DeadLetters.ListAsync(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);

        DeadLetter letter = Assert.Single(letters);
        Assert.Equal(["attempt 1", "attempt 2"], letter.Task.Errors.Select(e => e.Message));
        Assert.All(letter.Task.Errors, e => Assert.Contains(nameof(Dead_letters_a_task_after_its_last_retry_with_every_error), e.Stack, StringComparison.Ordinal));
        Assert.Equal((id, TaskState.Failed, "failed", "{\"x\":1}"), (letter.Task.Id, letter.Task.State, letter.Task.Reason, letter.Payload));
        Assert.Equal(id, thrown.FailedTask.Id);
        Assert.Equal((1, 1, 1, 0L), (stats.Submitted, stats.Failed, stats.Retried, stats.Running));
    }

    [Fact]
    public async Task Tells_that_a_task_is_retrying_and_when_it_is_due()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("broken", (_, _) => throw new InvalidOperationException("no")));
        string id = await host.Client.SubmitAsync("broken", 1, cancellationToken: TestContext.Current.CancellationToken);

        TaskInfo? task = null;
        await Eventually.TrueAsync(
            async () => (task = await host.Client.FindAsync(id))?.State == TaskState.Retrying, Deadline, "the task is retrying", TestContext.Current.CancellationToken);

        Assert.Equal(2, task!.Attempt);
        Assert.InRange((task.DueAt - task.Errors[0].At)!.Value, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Does_not_retry_what_cannot_succeed()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b
            .AddTaskHandler("reject", (_, _) => throw new NonRetryableException("never"))
            .AddTaskHandler<Ranged>("typed", (_, _, _) => Task.FromResult<object?>(null)));

        string rejected = await host.Client.SubmitAsync("reject", 1, cancellationToken: TestContext.Current.CancellationToken);
        string malformed = await host.Client.SubmitAsync("typed", new { count = "many" }, cancellationToken: TestContext.Current.CancellationToken);
        string unknown = await host.Client.SubmitAsync("nobody", 1, cancellationToken: TestContext.Current.CancellationToken);
        TaskInfo[] tasks = await Task.WhenAll(new[] { rejected, malformed, unknown }.Select(
            id => host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken)));

        Assert.Equal(["rejected", "rejected", "no_handler"], tasks.Select(t => t.Reason));
        Assert.All(tasks, t => Assert.Single(t.Errors));
        Assert.Contains("payload.count", tasks[1].Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("'nobody'", tasks[2].Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("reject, typed", tasks[2].Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancels_an_attempt_that_runs_out_of_time_and_counts_it()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("slow", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }));

        string id = await host.Client.SubmitAsync(
            "slow", 1, NoRetry with { Timeout = TimeSpan.FromSeconds(1) }, TestContext.Current.CancellationToken);
        TaskInfo task = await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.TimedOut, "timeout"), (task.State, task.Reason));
        Assert.Contains("longer than 1 s", task.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(1, stats.TimedOut);
    }

    private sealed record Ranged(int Count);
}
