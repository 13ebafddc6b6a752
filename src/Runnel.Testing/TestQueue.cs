using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Testing;

/// <summary>A queue in memory with which to test handlers: no Redis, no worker process, no waiting. How an attempt ends (result, retry,
/// dead letter, timeout, snooze) is decided by the code that workers run.</summary>
/// <remarks>
/// <para>Inline: <see cref="RunAsync"/> submits a task and runs it to its end, moving the clock over the waits between attempts.</para>
/// <para>By the clock: <see cref="Submit"/> only queues; <see cref="AdvanceAsync"/> lets time pass and runs what becomes due.</para>
/// <para>What it does not imitate: tasks run one after another, on the caller's thread until they first wait, in the order of their due
/// times, whatever their priority, group, rate or unique key; nobody cancels, pauses or recovers them; a handler that ignores its cancelled token is waited for;
/// nothing is persistent, and the dead letters are the tasks in the state failed or timed out. Test delivery itself against a real Redis.</para>
/// <para>For one test at a time; its members are not safe from several threads.</para>
/// </remarks>
public sealed class TestQueue : IAsyncDisposable
{
    private const int MostRuns = 10_000;
    private readonly ServiceProvider services;
    private readonly RunnelOptions options;
    private readonly HandlerThreads threads;
    private readonly List<TestTask> tasks = [];

    /// <summary>Makes a queue with handlers.</summary>
    /// <param name="configure">Adds handlers, and to <see cref="RunnelBuilder.Services"/> what they need, as a host does.</param>
    /// <exception cref="ArgumentException">A type has two handlers, or a handler class no or several contracts.</exception>
    public TestQueue(Action<RunnelBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Time = new FakeTimeProvider();
        ServiceCollection collection = new();
        collection.AddLogging();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        collection.AddSingleton<TimeProvider>(Time);
        configure(collection.AddRunnel());
        services = collection.BuildServiceProvider();
        options = services.GetRequiredService<IOptions<RunnelOptions>>().Value;
        threads = new HandlerThreads(1, Time);
        services.GetRequiredService<HandlerRegistry>();
    }

    /// <summary>The clock of the queue; handlers that ask the services for a <see cref="TimeProvider"/> get it too.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>All tasks so far, in the order of their submission.</summary>
    public IReadOnlyList<TestTask> Tasks => tasks;

    /// <summary>Submits one task and runs nothing.</summary>
    /// <param name="type">Names the handler; one that the client would refuse ends as an unreadable dead letter here.</param>
    /// <param name="payload">Written as JSON and read back, as on its way through Redis.</param>
    /// <param name="submit">Delay, retries, timeout and the rest; null for the defaults.</param>
    /// <returns>The task; the one that is known already where <see cref="SubmitOptions.Id"/> names it.</returns>
    /// <exception cref="PayloadException">An option is wrong.</exception>
    public TestTask Submit<T>(string type, T payload, SubmitOptions? submit = null)
    {
        submit ??= SubmitOptions.Default;
        submit.Validate();
        submit.Retry?.ToWire(); // refuses a policy that cannot travel, as the client does
        if (submit.Id is not null && tasks.Find(t => t.Id == submit.Id) is { } known)
            return known;
        DateTimeOffset now = Time.GetUtcNow();
        DateTimeOffset due = submit.DueAt ?? now + (submit.Delay ?? TimeSpan.Zero);
        TestTask task = new(
            submit.Id ?? $"test-{tasks.Count + 1}", type, JsonSerializer.SerializeToUtf8Bytes(payload, options.Json), submit, options.Json)
        {
            SubmittedAtMs = now.ToUnixTimeMilliseconds(),
            DueAt = due,
            State = due > now ? TaskState.Scheduled : TaskState.Queued,
        };
        tasks.Add(task);
        return task;
    }

    /// <summary>Submits one task and runs it to its end: the clock moves to each of its attempts, and other tasks stay as they are.</summary>
    /// <returns>The task as it ended; a handler's exception is among its errors, not thrown.</returns>
    /// <inheritdoc cref="Submit"/>
    public async Task<TestTask> RunAsync<T>(string type, T payload, SubmitOptions? submit = null)
    {
        TestTask task = Submit(type, payload, submit);
        for (int run = 0; task.State < TaskState.Completed; run++)
        {
            ThrowIfEndless(run);
            MoveTo(task.DueAt);
            await AttemptAsync(task);
        }

        return task;
    }

    /// <summary>Lets time pass and runs, one after another at its own time, each task that becomes due.</summary>
    /// <param name="by">How long; zero runs what is due now.</param>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset end = Time.GetUtcNow() + by;
        for (int run = 0; tasks.Where(t => t.State < TaskState.Completed && t.DueAt <= end).MinBy(t => t.DueAt) is { } next; run++)
        {
            ThrowIfEndless(run);
            MoveTo(next.DueAt);
            await AttemptAsync(next);
        }

        MoveTo(end);
    }

    /// <summary>Disposes the handlers' services.</summary>
    public ValueTask DisposeAsync()
    {
        threads.Dispose();
        return services.DisposeAsync();
    }

    private static void ThrowIfEndless(int run)
    {
        if (run >= MostRuns)
            throw new InvalidOperationException($"Tasks ran {MostRuns} times and have not ended; does a handler snooze for ever?");
    }

    private void MoveTo(DateTimeOffset time)
    {
        if (time > Time.GetUtcNow())
            Time.SetUtcNow(time);
    }

    private async Task AttemptAsync(TestTask task)
    {
        TaskEntry entry = TaskEntry.Parse(QueueKeys.LevelOf(task.Options.Priority), new StreamEntry("1-0", Fields(task)));
        task.State = TaskState.Running;
        task.Attempt = task.NextAttempt;
        using RunningTask running = new(entry, Time.GetUtcNow().ToUnixTimeMilliseconds());
        Settle(task, await RunnerFor(task).AttemptAsync(running));
    }

    private TaskRunner RunnerFor(TestTask task) => new(
        services.GetRequiredService<HandlerRegistry>(),
        threads,
        new HeldTasks(1),
        settler: null!, // these write to Redis; an attempt alone writes nothing
        scripts: null!,
        redis: null!,
        new QueueKeys(options.Queue, options.Group),
        options,
        new WorkerOptions { Name = "test", TimeoutGrace = Timeout.InfiniteTimeSpan },
        services,
        services.GetRequiredService<RunnelMetrics>(),
        new RedisClock(Time),
        Time,
        NullLogger<TaskRunner>.Instance)
    {
        Progress = () => new ProgressList(task),
        Log = () => new LogList(task),
    };

    private static NameValueEntry[] Fields(TestTask task)
    {
        List<NameValueEntry> fields =
        [
            new("type", task.Type), new("payload", task.Payload), new("id", task.Id), new("at", task.SubmittedAtMs), new("attempt", task.NextAttempt),
            new("priority", (int)task.Options.Priority), new("retries", task.Options.MaxRetries), new("timeout", (long)Math.Ceiling(task.Options.Timeout.TotalSeconds)),
        ];
        if (task.Options.Retry is { } retry)
            fields.Add(new("backoff", retry.ToWire()));
        if (task.Options.ExpiresAt is { } expires)
            fields.Add(new("expires", expires.ToUnixTimeMilliseconds()));
        if (task.Options.Deadline is { } deadline)
            fields.Add(new("deadline", deadline.ToUnixTimeMilliseconds()));
        return [.. fields];
    }

    private void Settle(TestTask task, Outcome outcome)
    {
        switch (outcome)
        {
            case Completed completed:
                task.State = TaskState.Completed;
                task.ResultJson = JsonSerializer.Deserialize(completed.Result, WireJson.Default.WireResult)!.Result.GetRawText();
                break;
            case Retry retry:
                task.Add(ToError(retry.Error));
                task.NextAttempt++;
                Delay(task, TaskState.Retrying, retry.Delay);
                break;
            case Snoozed snoozed:
                Delay(task, TaskState.Scheduled, snoozed.Delay);
                break;
            case Dead dead:
                task.Add(ToError(dead.Error));
                task.Reason = dead.Reason;
                task.State = dead.Reason == "timeout" ? TaskState.TimedOut : TaskState.Failed;
                break;
            case Ended ended:
                task.State = ended.State == "expired" ? TaskState.Expired : TaskState.Cancelled;
                break;
        }
    }

    private void Delay(TestTask task, TaskState state, TimeSpan delay)
    {
        task.State = state;
        task.DueAt = Time.GetUtcNow() + delay;
    }

    private static TaskError ToError(byte[] json) => JsonSerializer.Deserialize(json, WireJson.Default.WireError)!.ToError();
}
