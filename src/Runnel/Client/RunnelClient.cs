using System.Text.Json;
using Microsoft.Extensions.Options;
using Runnel.Composition;
using Runnel.Events;
using Runnel.Logs;
using Runnel.Lookup;
using Runnel.Middleware;
using Runnel.Redis;
using Runnel.Scaling;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Submits tasks and reads how they are. One is enough for a process; all members are safe from several threads.</summary>
public sealed class RunnelClient : IAsyncDisposable
{
    private readonly RunnelConnector connector;
    private readonly RunnelMetrics metrics;
    private readonly TaskReader reader;
    private readonly CompletionFeed feed;
    private readonly Submitter submitter;
    private readonly DurableSubmission durable;
    private readonly Batches batches;
    private readonly TaskLogReader logs;
    private readonly EventReader events;
    private readonly QueueControl control;
    private readonly TimeProvider time;
    private readonly bool ownsConnector;

    internal RunnelClient(RunnelConnector connector, RunnelMetrics metrics, TimeProvider time, bool ownsConnector)
    {
        this.connector = connector;
        this.metrics = metrics;
        this.time = time;
        this.ownsConnector = ownsConnector;
        reader = new TaskReader(connector);
        durable = new DurableSubmission(connector);
        submitter = new Submitter(connector, metrics, durable);
        batches = new Batches(connector, metrics, reader, time);
        logs = new TaskLogReader(connector);
        control = new QueueControl(connector);
        feed = new CompletionFeed(connector, time);
        events = new EventReader(connector, feed);
        DeadLetters = new DeadLetters(connector, reader);
        Flow = new FlowControl(connector);
        Workers = new WorkerControl(connector);
        Schedules = new Schedules(connector);
    }

    internal SubmitPipeline Middleware
    {
        init => submitter.Middleware = value;
    }

    /// <summary>The tasks that wait for a person's decision.</summary>
    public DeadLetters DeadLetters { get; }

    /// <summary>The queue's workers and supervisors.</summary>
    public WorkerControl Workers { get; }

    /// <summary>Shares and limits of groups, task types and rate keys.</summary>
    public FlowControl Flow { get; }

    /// <summary>The tasks that are submitted again and again, by cron expressions.</summary>
    public Schedules Schedules { get; }

    internal RunnelConnector Connector => connector;

    /// <summary>Opens a client without a host.</summary>
    /// <param name="options">Where Redis is and which queue; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the wait for the connection.</param>
    /// <exception cref="RunnelException">An option is wrong; the message lists all failures.</exception>
    /// <exception cref="RedisUnavailableException">Nothing answers there, or it refuses the login.</exception>
    public static async Task<RunnelClient> ConnectAsync(RunnelOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RunnelOptions();
        ValidateOptionsResult valid = new RunnelOptionsValidator().Validate(null, options);
        if (valid.Failed)
            throw new RunnelException(valid.FailureMessage);
        RunnelConnector opened = new(Options.Create(options));
        await opened.GetAsync(cancellationToken);
        return new RunnelClient(opened, new RunnelMetrics(), TimeProvider.System, ownsConnector: true);
    }

    /// <summary>Submits one task.</summary>
    /// <param name="type">Names the handler; 1 to 200 characters without blanks.</param>
    /// <param name="payload">Written as JSON with <see cref="RunnelOptions.Json"/>.</param>
    /// <param name="options">Priority, retries, timeout; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="PayloadException">The type or an option is wrong; nothing was sent.</exception>
    /// <exception cref="QueueFullException">The queue holds <see cref="RunnelOptions.MaxDepth"/> tasks; nothing was accepted.</exception>
    /// <exception cref="DurabilityNotMetException">The task is queued, but not as durable as <see cref="SubmitOptions.Durability"/> asks.</exception>
    /// <exception cref="DuplicateTaskException">Another task has the key of <see cref="SubmitOptions.Unique"/>, and that is to be an error.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public Task<string> SubmitAsync<T>(string type, T payload, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        submitter.SubmitAsync(type, JsonSerializer.SerializeToUtf8Bytes(payload, connector.Options.Json), options, cancellationToken);

    /// <summary>Submits one task whose payload is JSON already.</summary>
    /// <param name="type">Names the handler; 1 to 200 characters without blanks.</param>
    /// <param name="json">One JSON value in UTF-8.</param>
    /// <param name="options">Priority, retries, timeout; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="PayloadException">The payload is not JSON, or the type or an option is wrong; nothing was sent.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public Task<string> SubmitRawAsync(
        string type, ReadOnlyMemory<byte> json, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        TaskFields.CheckJson(json.Span);
        return submitter.SubmitAsync(type, json, options, cancellationToken);
    }

    /// <summary>Submits many tasks of one type, plain ones (whose options say nothing but priority, retries, timeout, expiry and deadline) by
    /// writes of up to 100 of which each lands whole or not at all. Not atomic over all: an exception leaves those already sent in the queue.</summary>
    /// <param name="type">Names the handler.</param>
    /// <param name="payloads">Read once, as fast as Redis takes them.</param>
    /// <param name="options">Priority, retries, timeout of each; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between two writes.</param>
    /// <returns>The ids, in the order of the payloads.</returns>
    /// <exception cref="PayloadException">The type or an option is wrong; nothing was sent.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task<IReadOnlyList<string>> SubmitManyAsync<T>(
        string type, IEnumerable<T> payloads, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        submitter.SubmitManyAsync(type, payloads.Select(p => JsonSerializer.SerializeToUtf8Bytes(p, connector.Options.Json)), options, cancellationToken);

    /// <summary>Submits tasks that run one after the other, each once the one before is completed. Not atomic: an exception leaves those
    /// already sent in the queue; where every step has an id of its own, submitting the chain again completes it.</summary>
    /// <param name="steps">The tasks in their order.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The ids, in the order of the steps.</returns>
    /// <exception cref="PayloadException">A type or an option is wrong; nothing was sent, unless only Redis could tell, as for a parent that it
    /// does not know.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public async Task<IReadOnlyList<string>> SubmitChainAsync(IEnumerable<TaskDraft> steps, CancellationToken cancellationToken = default)
    {
        TaskDraft[] drafts = [.. steps];
        for (int i = 0; i < drafts.Length; i++)
        {
            OptionsOf(drafts[i], i == 0 ? null : "the step before").Validate();
            TaskFields.CheckType(drafts[i].Type);
        }

        List<string> ids = [];
        foreach (TaskDraft step in drafts)
            ids.Add(await SubmitAsync(step.Type, step.Payload, OptionsOf(step, ids.LastOrDefault()), cancellationToken));
        return ids;

        static SubmitOptions OptionsOf(TaskDraft step, string? before)
        {
            SubmitOptions options = step.Options ?? SubmitOptions.Default;
            return before is null ? options : options with { After = [.. options.After ?? [], before] };
        }
    }

    /// <summary>Submits many tasks of one type as a batch: counted together, with tasks that run when all have ended, and results in order.
    /// Reads the payloads no faster than the members are worked off (<see cref="BatchOptions.MaxInFlight"/>), and waits while the queue is full.</summary>
    /// <param name="type">Names the handler of all members.</param>
    /// <param name="payloads">Written as JSON, one member each. None at all is a batch too: it ends at once.</param>
    /// <param name="options">Its id, options of the members, and what follows; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between two writes. What was submitted runs, but the batch does not end: submit it again with its id.</param>
    /// <returns>The batch's id, once all members are submitted. Other tasks can wait for it too (<see cref="SubmitOptions.After"/>).</returns>
    /// <exception cref="PayloadException">The type or an option is wrong, or another task has the id of a member.</exception>
    /// <exception cref="DurabilityNotMetException">All members are queued, but not as durable as their options ask.</exception>
    /// <exception cref="BatchCancelledException">Somebody cancelled the batch meanwhile.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer; submit it again with its id.</exception>
    public async Task<string> SubmitBatchAsync<T>(
        string type, IAsyncEnumerable<T> payloads, BatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new BatchOptions();
        SubmitOptions members = options.Validate();
        TaskFields.CheckType(type);
        string id = options.Id ?? $"b{Guid.NewGuid():N}";
        BatchBase? common = BatchBase.Of(options.Base, connector.Options);
        if (members.Durability is not null)
            await durable.CheckAsync(members.Durability, cancellationToken);
        await batches.OpenAsync(id, type, common, cancellationToken);
        await SubmitFollowerAsync(id, "completed", options.OnCompleted, ParentFailurePolicy.Run, cancellationToken);
        await SubmitFollowerAsync(id, "success", options.OnSuccess, ParentFailurePolicy.Cancel, cancellationToken);
        List<NameValueEntry> fields = [.. submitter.Fields(type, default, members).Where(f => f.Name != "payload")];
        if (common is not null)
            fields.Add(new("base", common.Digest));
        await batches.SubmitAsync(
            id, QueueKeys.LevelOf(members.Priority), [.. fields], payloads.Select(p => submitter.Packed(JsonSerializer.SerializeToUtf8Bytes(p, connector.Options.Json))), options.MaxInFlight, cancellationToken);
        if (members.Durability is not null)
            await durable.ConfirmAsync(id, members.Durability, cancellationToken);
        return id;
    }

    /// <summary>Cancels a batch: it takes no more members, those that wait are cancelled at once, and the handlers of those that run are told to
    /// stop, each as <see cref="CancelAsync"/> does. The batch ends with the last of them. If the call breaks off, workers go on with it.</summary>
    /// <returns>The batch as it is then; null where no such batch is known. One that had ended stays as it was.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the batch may or may not be cancelled.</exception>
    public async Task<BatchInfo?> CancelBatchAsync(string id, CancellationToken cancellationToken = default) =>
        await batches.CancelAsync(id, cancellationToken) ? await FindBatchAsync(id, cancellationToken) : null;

    /// <summary>How a batch is.</summary>
    /// <returns>Null where no such batch is known, or its retention is over, which begins when it ends.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task<BatchInfo?> FindBatchAsync(string id, CancellationToken cancellationToken = default) => batches.FindAsync(id, cancellationToken);

    /// <summary>Waits until all members of a batch have ended, without polling.</summary>
    /// <param name="id">The batch's id.</param>
    /// <param name="timeout">Longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="cancellationToken">Stops the wait, not the batch.</param>
    /// <returns>The batch as it ended.</returns>
    /// <exception cref="TimeoutException">It has not ended in that time; it goes on.</exception>
    /// <exception cref="RunnelException">No such batch is known.</exception>
    public async Task<BatchInfo> WaitForBatchAsync(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long since = time.GetTimestamp();
        while (true)
        {
            using CompletionFeed.Watch watch = await feed.WatchAsync(id, cancellationToken);
            BatchInfo batch = await FindBatchAsync(id, cancellationToken)
                ?? throw new RunnelException($"No batch {id} is known on the queue {connector.Options.Queue}; check the id and the queue, or its retention is over.");
            if (batch.FinishedAt is not null)
                return batch;
            TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : timeout - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                throw new TimeoutException($"Batch {id} has not ended within {timeout.TotalSeconds:0.###} s; {batch.Completed + batch.Failed + batch.Cancelled} of "
                    + $"its {batch.Submitted} members have, and it goes on.");
            await watch.ChangedAsync(left, cancellationToken);
        }
    }

    /// <summary>The members of a batch with their results, in the order of the payloads; of one that has not ended, as they are now.</summary>
    /// <param name="id">The batch's id; an unknown one has no members.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public IAsyncEnumerable<BatchResult<T>> ReadBatchResultsAsync<T>(string id, CancellationToken cancellationToken = default) =>
        batches.ReadAsync<T>(id, cancellationToken);

    /// <summary>Tells what the queue knows of a task.</summary>
    /// <returns>Null where no such task is known, or its retention is over.</returns>
    public Task<TaskInfo?> FindAsync(string id, CancellationToken cancellationToken = default) => reader.FindAsync(id, cancellationToken);

    /// <summary>What a task's handler logged so far (<see cref="TaskContext.LogAsync"/>), also while it runs.</summary>
    /// <returns>No lines where it logged none, no such task is known, or its retention is over.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task<TaskLog> GetLogAsync(string id, CancellationToken cancellationToken = default) => logs.ReadAsync(id, cancellationToken);

    /// <summary>The stored result of a completed task as JSON.</summary>
    /// <returns>Null where the task has no result (yet), or its retention is over.</returns>
    public Task<string?> GetResultJsonAsync(string id, CancellationToken cancellationToken = default) => reader.GetResultJsonAsync(id, cancellationToken);

    /// <summary>The stored result of a completed task.</summary>
    /// <returns>The default of the type where the task has no result (yet), or its retention is over.</returns>
    public async Task<TResult?> GetResultAsync<TResult>(string id, CancellationToken cancellationToken = default) =>
        await GetResultJsonAsync(id, cancellationToken) is { } json ? JsonSerializer.Deserialize<TResult>(json, connector.Options.Json) : default;

    /// <summary>Waits until a task has ended, without polling.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="timeout">Longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="cancellationToken">Stops the wait, not the task.</param>
    /// <returns>The task as it ended: completed, failed, timed out, cancelled or expired.</returns>
    /// <exception cref="TimeoutException">It has not ended in that time; it goes on.</exception>
    /// <exception cref="RunnelException">No such task is known.</exception>
    public async Task<TaskInfo> WaitAsync(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long since = time.GetTimestamp();
        TaskInfo task = await FindKnownAsync(id, cancellationToken);
        while (task.State < TaskState.Completed)
        {
            using CompletionFeed.Watch watch = await feed.WatchAsync(id, cancellationToken);
            task = await FindKnownAsync(id, cancellationToken);
            if (task.State >= TaskState.Completed)
                break;
            TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : timeout - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                throw new TimeoutException($"Task {id} has not ended within {timeout.TotalSeconds:0.###} s; it is {task.State.ToString().ToLowerInvariant()} and goes on.");
            await watch.ChangedAsync(left, cancellationToken);
        }

        return task;
    }

    /// <summary>Waits for a task's result, without polling.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="timeout">Longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="cancellationToken">Stops the wait, not the task.</param>
    /// <exception cref="TaskFailedException">It ended without a result.</exception>
    /// <exception cref="TimeoutException">It has not ended in that time; it goes on.</exception>
    /// <exception cref="RunnelException">No such task is known.</exception>
    public async Task<TResult?> WaitForResultAsync<TResult>(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        TaskInfo task = await WaitAsync(id, timeout, cancellationToken);
        return task.State == TaskState.Completed ? await GetResultAsync<TResult>(id, cancellationToken) : throw new TaskFailedException(task);
    }

    /// <summary>Reads the queue's changes of state as they happen, until the caller stops. Without polling; for dashboards and webhooks.</summary>
    /// <param name="cursor">That of the last event that was handled; <c>0-0</c> for all that the feed still has; null for what comes from now on.</param>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Events in order. The feed is bounded: one who reads too slowly is told by <see cref="QueueEvent.MayFollowGap"/>.</returns>
    /// <exception cref="PayloadException">The cursor is none.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer; go on later from the last cursor.</exception>
    public IAsyncEnumerable<QueueEvent> ReadEventsAsync(string? cursor = null, CancellationToken cancellationToken = default) =>
        events.ReadAsync(cursor, cancellationToken);

    /// <summary>Cancels a task. One that waits is cancelled at once; for a running one its handler's token is cancelled, from any process,
    /// and the task ends as cancelled when the handler stops; if the handler completes all the same, the task is completed.</summary>
    /// <returns>What became of the request.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task<CancelResult> CancelAsync(string id, CancellationToken cancellationToken = default) => control.CancelAsync(id, cancellationToken);

    /// <summary>Ends a task's wait for its time: one that is snoozed, delayed or due for a retry runs now. One that runs (and has reported
    /// progress, or ran before) has its next snooze end at once, so a wake is never lost between its last look and its snooze.</summary>
    /// <returns>False where it waits for other tasks, has ended, or is not known to wait.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task<bool> WakeAsync(string id, CancellationToken cancellationToken = default) => control.WakeAsync(id, cancellationToken);

    /// <summary>Has all workers take no more tasks, within a second; running ones go on. Submitting goes on. Lasts until resumed.</summary>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task PauseAsync(CancellationToken cancellationToken = default) => control.SetPausedAsync(paused: true, cancellationToken);

    /// <summary>Ends a pause.</summary>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => control.SetPausedAsync(paused: false, cancellationToken);

    /// <summary>Has all workers run no more tasks of a type, within a second; running ones go on, and tasks of other types. Those that a
    /// worker comes upon are set aside, so that they are in nobody's way. Lasts until resumed.</summary>
    /// <exception cref="PayloadException">The type is not 1 to 200 characters without blanks.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task PauseTypeAsync(string type, CancellationToken cancellationToken = default) => Flow.PauseTypeAsync(type, cancellationToken);

    /// <summary>Undoes <see cref="PauseTypeAsync"/>: tasks that were set aside come back in their order, behind what waits by then. Where it
    /// breaks off, workers bring back the rest.</summary>
    /// <exception cref="PayloadException">The type is not 1 to 200 characters without blanks.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task ResumeTypeAsync(string type, CancellationToken cancellationToken = default) => Flow.ResumeTypeAsync(type, cancellationToken);

    /// <summary>The queue's depth and counters.</summary>
    public Task<QueueStats> GetStatsAsync(CancellationToken cancellationToken = default) => reader.GetStatsAsync(cancellationToken);

    /// <summary>What the queue asks of its workers: what waits and since when, what runs, and how long tasks took. For autoscalers.</summary>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public Task<QueueLoad> GetLoadAsync(CancellationToken cancellationToken = default) => GetLoadAsync([], cancellationToken);

    /// <summary>The same for workers that take some task types only (<see cref="WorkerOptions.Types"/>). Of a stream it counts as large a share as these
    /// types have of its next 100 tasks, and one at least where more wait there.</summary>
    /// <param name="types">The types that the workers take; none for all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public Task<QueueLoad> GetLoadAsync(IReadOnlyList<string> types, CancellationToken cancellationToken = default) =>
        LoadReader.ReadAsync(connector, types, cancellationToken);

    /// <summary>Closes the connections that <see cref="ConnectAsync"/> opened; in a host, the host's connection stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await feed.DisposeAsync();
        await durable.DisposeAsync();
        if (!ownsConnector)
            return;
        await connector.DisposeAsync();
        metrics.Dispose();
    }

    private async Task<TaskInfo> FindKnownAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken)
        ?? throw new RunnelException($"No task {id} is known on the queue {connector.Options.Queue}; check the id and the queue, or its retention is over.");

    private Task SubmitFollowerAsync(string batch, string name, TaskDraft? draft, ParentFailurePolicy policy, CancellationToken cancellationToken)
    {
        if (draft is null)
            return Task.CompletedTask;
        SubmitOptions options = draft.Options ?? SubmitOptions.Default;
        return SubmitAsync(
            draft.Type, draft.Payload, options with { Id = $"{batch}.{name}", After = [.. options.After ?? [], batch], AfterFailure = policy }, cancellationToken);
    }
}
