using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Runnel.Composition;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Testing;

/// <summary>A queue in memory with which to test handlers: no Redis, no worker process, no waiting. How an attempt ends (result, retry,
/// dead letter, timeout, snooze) is decided by the code that workers run.</summary>
/// <remarks>
/// <para>Inline: <see cref="RunAsync"/> submits a task and runs it to its end, moving the clock over the waits between attempts.</para>
/// <para>By the clock: <see cref="Submit"/> only queues; <see cref="AdvanceAsync"/> lets time pass and runs what becomes due.</para>
/// <para>Due tasks run by priority, then in the order in which they were queued. Unique keys, parents, chains, batches, cancelling and
/// requeueing follow the rules of a real queue.</para>
/// <para>What it does not imitate: tasks run one after another, on the caller's thread until they first wait; groups, limits, rates, pauses and schedules
/// are not there, nor submit middleware; no worker dies; a handler that ignores its cancelled token is waited for; nothing is
/// persistent, and the dead letters are the tasks in the state failed or timed out. Test delivery itself against a real Redis.</para>
/// <para>For one test at a time; its members are not safe from several threads.</para>
/// </remarks>
public sealed class TestQueue : IAsyncDisposable
{
    private const int MostRuns = 10_000;
    private readonly ServiceProvider services;
    private readonly RunnelOptions options;
    private readonly HandlerThreads threads;
    private readonly TaskMemory memory;

    /// <summary>Makes a queue with handlers.</summary>
    /// <param name="configure">Adds handlers, and to <see cref="RunnelBuilder.Services"/> what they need, as a host does.</param>
    /// <exception cref="ArgumentException">A type has two handlers, or a handler class no or several contracts.</exception>
    public TestQueue(Action<RunnelBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Time = new FakeTimeProvider();
        memory = new TaskMemory(Time);
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
    public IReadOnlyList<TestTask> Tasks => memory.Tasks;

    /// <summary>The task of that id; null where there is none, or it was purged.</summary>
    public TestTask? Find(string id) => memory.Find(id);

    /// <summary>The batch of that id; null where there is none.</summary>
    public TestBatch? FindBatch(string id) => memory.FindBatch(id);

    /// <summary>Submits one task and runs nothing.</summary>
    /// <param name="type">Names the handler; one that the client would refuse ends as an unreadable dead letter here.</param>
    /// <param name="payload">Written as JSON and read back, as on its way through Redis.</param>
    /// <param name="submit">Delay, retries, timeout and the rest; null for the defaults.</param>
    /// <returns>The task; the one that is known already where <see cref="SubmitOptions.Id"/> or <see cref="SubmitOptions.Unique"/> names it.</returns>
    /// <exception cref="PayloadException">An option is wrong.</exception>
    /// <exception cref="DuplicateTaskException">Another task has its unique key, and that is to be an error.</exception>
    public TestTask Submit<T>(string type, T payload, SubmitOptions? submit = null) => Submit(type, Json(payload), submit, batch: null);

    /// <summary>Submits tasks that run one after the other, each once the one before is completed; runs nothing.</summary>
    /// <returns>The tasks, in the order of the steps.</returns>
    /// <exception cref="PayloadException">An option is wrong.</exception>
    public IReadOnlyList<TestTask> SubmitChain(IEnumerable<TaskDraft> steps)
    {
        List<TestTask> chain = [];
        foreach (TaskDraft step in steps)
        {
            SubmitOptions submit = step.Options ?? SubmitOptions.Default;
            chain.Add(Submit(step.Type, step.Payload, chain.Count == 0 ? submit : submit with { After = [.. submit.After ?? [], chain[^1].Id] }));
        }

        return chain;
    }

    /// <summary>Submits a batch with all its members at once, whatever <see cref="BatchOptions.MaxInFlight"/>; runs nothing.</summary>
    /// <returns>The batch; the one that is known already where <see cref="BatchOptions.Id"/> names it.</returns>
    /// <exception cref="PayloadException">An option is wrong.</exception>
    public TestBatch SubmitBatch<T>(string type, IEnumerable<T> payloads, BatchOptions? batch = null)
    {
        batch ??= new BatchOptions();
        SubmitOptions members = batch.Validate();
        BatchBase? common = BatchBase.Of(batch.Base, options);
        if (batch.Id is not null && memory.FindBatch(batch.Id) is { } known)
            return known;
        string id = batch.Id ?? memory.NextId("batch", 1);
        JsonElement target = common is null ? default : JsonSerializer.Deserialize<JsonElement>(Packing.Expand(common.Stored.ToArray()));
        if (memory.Find($"{id}.0") is not null)
            throw new PayloadException("id", $"The batch {id} cannot have a member {id}.0: another task has that id. Give the batch another id.");
        TestTask[] tasks = [.. payloads.Select((payload, i) =>
            Submit(type, common is null ? Json(payload) : MergePatch.Apply(target, Json(payload)), members with { Id = $"{id}.{i}" }, id))];
        TestBatch made = new(id, tasks);
        memory.Add(made);
        made.OnCompleted = Follow(batch.OnCompleted, $"{id}.completed", id, ParentFailurePolicy.Run);
        made.OnSuccess = Follow(batch.OnSuccess, $"{id}.success", id, ParentFailurePolicy.Cancel);
        return made;
    }

    /// <summary>Cancels a task: one that waits at once; of a running one, which a handler of the test may ask for, the token is cancelled.</summary>
    public CancelResult Cancel(string id)
    {
        if (memory.Find(id) is not { } task)
            return CancelResult.Unknown;
        CancelResult result = memory.Cancel(task);
        if (result == CancelResult.Cancelling)
            task.Stop?.Invoke();
        return result;
    }

    /// <summary>Cancels all members of a batch that have not ended; false where it is unknown.</summary>
    public bool CancelBatch(string id)
    {
        foreach (TestTask member in memory.FindBatch(id)?.Members ?? [])
            Cancel(member.Id);
        return memory.FindBatch(id) is not null;
    }

    /// <summary>Puts a dead letter back: its attempts start anew, its errors stay; false where it is none.</summary>
    /// <exception cref="DuplicateTaskException">It is a unique task, and another has its key by now.</exception>
    public bool Requeue(string id)
    {
        if (memory.Find(id) is not { State: TaskState.Failed or TaskState.TimedOut } task)
            return false;
        memory.Requeue(task);
        return true;
    }

    /// <summary>Deletes a dead letter; false where it is none.</summary>
    public bool Purge(string id)
    {
        if (memory.Find(id) is not { State: TaskState.Failed or TaskState.TimedOut } task)
            return false;
        memory.Remove(task);
        return true;
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
            if (task.WaitsFor > 0)
                throw new InvalidOperationException($"Task {task.Id} waits for {string.Join(", ", task.Open)}; run these first, or all by AdvanceAsync.");
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
        for (int run = 0; memory.Next(end) is { } next; run++)
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
        memory.Start(task);
        using RunningTask running = new(entry, Time.GetUtcNow().ToUnixTimeMilliseconds());
        task.Stop = () => running.Cancel(CancelCause.Cancelled);
        Outcome outcome = await RunnerFor(task).AttemptAsync(running);
        task.Stop = null;
        Settle(task, outcome);
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
        if (task.ErrorsBefore > 0)
            fields.Add(new("errors", task.ErrorsBefore));
        if (task.Options.Deadline is { } deadline)
            fields.Add(new("deadline", deadline.ToUnixTimeMilliseconds()));
        return [.. fields];
    }

    private void Settle(TestTask task, Outcome outcome)
    {
        switch (outcome)
        {
            case Completed completed:
                task.ResultJson = JsonSerializer.Deserialize(completed.Result, WireJson.Default.WireResult)!.Result.GetRawText();
                memory.End(task, TaskState.Completed);
                break;
            case Retry retry:
                task.Add(ToError(retry.Error));
                task.NextAttempt++;
                memory.Delay(task, TaskState.Retrying, retry.Delay);
                break;
            case Snoozed snoozed:
                memory.Delay(task, TaskState.Scheduled, snoozed.Delay);
                break;
            case Dead dead:
                task.Add(ToError(dead.Error));
                task.Reason = dead.Reason;
                memory.End(task, dead.Reason == "timeout" ? TaskState.TimedOut : TaskState.Failed);
                break;
            case Ended ended:
                memory.End(task, ended.State == "expired" ? TaskState.Expired : TaskState.Cancelled);
                break;
        }
    }

    private TestTask Submit(string type, byte[] payload, SubmitOptions? submit, string? batch)
    {
        submit ??= SubmitOptions.Default;
        submit.Validate();
        submit.Retry?.ToWire(); // refuses a policy that cannot travel, as the client does
        return memory.Add(submit.Id ?? memory.NextId("test", memory.Tasks.Count + 1), type, payload, submit, batch, options.Json);
    }

    private TestTask? Follow(TaskDraft? draft, string id, string batch, ParentFailurePolicy policy)
    {
        if (draft is null)
            return null;
        SubmitOptions submit = draft.Options ?? SubmitOptions.Default;
        return Submit(draft.Type, draft.Payload, submit with { Id = id, After = [.. submit.After ?? [], batch], AfterFailure = policy });
    }

    private byte[] Json<T>(T payload) => JsonSerializer.SerializeToUtf8Bytes(payload, options.Json);

    private static TaskError ToError(byte[] json) => JsonSerializer.Deserialize(json, WireJson.Default.WireError)!.ToError();
}
