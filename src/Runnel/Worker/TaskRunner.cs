using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Runnel.Composition;
using Runnel.Control;
using Runnel.Logs;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Runs one delivered task on a handler thread and decides how it ended.</summary>
internal sealed partial class TaskRunner(
    HandlerRegistry handlers,
    HandlerThreads threads,
    HeldTasks held,
    Settler settler,
    SettleScripts scripts,
    IDatabase redis,
    QueueKeys keys,
    RunnelOptions options,
    WorkerOptions worker,
    IServiceProvider services,
    RunnelMetrics metrics,
    RedisClock clock,
    TimeProvider time,
    ILogger<TaskRunner> logger)
{
    private const int LongestStack = 4000;
    private readonly BatchBases bases = new(redis, keys);

    /// <summary>Called once a handler was abandoned, when the process should make way for a fresh one.</summary>
    public Action? Stuck { get; set; }

    /// <summary>Makes an attempt's way to report progress; null: to Redis.</summary>
    public Func<IProgressSink>? Progress { get; init; }

    /// <summary>Where log lines go instead of Redis; null: to Redis.</summary>
    public Func<ILogSink>? Log { get; init; }

    /// <summary>Takes how long attempts took; null: nobody asks.</summary>
    public ServiceTimes? Service { get; init; }

    /// <summary>Takes a delivered task in hand; it has its slot already and frees it when the handler is done.</summary>
    public RunningTask Take(TaskEntry entry)
    {
        RunningTask running = new(entry, clock.NowMs);
        held.Add(running);
        metrics.Active.Add(1);
        return running;
    }

    /// <summary>Starts a task in hand on a handler thread.</summary>
    public void Start(RunningTask running)
    {
        running.StartedAtMs = clock.NowMs;
        _ = Task.Factory.StartNew(() => RunAsync(running), CancellationToken.None, TaskCreationOptions.DenyChildAttach, threads);
    }

    private async Task RunAsync(RunningTask running)
    {
        Outcome outcome = await AttemptAsync(running);
        if (running.TrySettle())
            Finish(running, outcome);
        else
            LogLateReturn(running.Entry.TaskId, running.Entry.Type); // it was abandoned and settled long ago
    }

    private void Finish(RunningTask running, Outcome outcome)
    {
        metrics.Active.Add(-1);
        running.Dispose();
        settler.Add(outcome); // before the slot is free: a drain closes the settler as soon as no handler runs
        held.HandlerEnded();
    }

    /// <summary>Gives up a handler that ignores its cancelled token: its task goes on without it, its thread is lost.</summary>
    private void Abandon(RunningTask running)
    {
        if (!running.TrySettle())
            return;
        LogAbandoned(running.Entry.TaskId, running.Entry.Type, worker.TimeoutGrace);
        threads.ReplaceLostThread();
        Finish(running, TimedOut(running, "It ignored its cancelled token and was abandoned."));
        if (worker.LeaveWhenStuck)
            Stuck?.Invoke();
    }

    /// <summary>Runs one attempt and says how it ended; writes nothing.</summary>
    internal async Task<Outcome> AttemptAsync(RunningTask running)
    {
        TaskEntry entry = running.Entry;
        long started = time.GetTimestamp();
        try
        {
            if (entry.Unreadable is not null)
                return Fail(running, "unreadable", "unreadable", entry.Unreadable + " Its fields are kept as they came.", "");
            if (running.Token.IsCancellationRequested)
                return running.Cause == CancelCause.Cancelled ? new Ended(running, "cancelled") : new GivenBack(running);
            if (entry.ExpiresMs > 0 && entry.Attempt == 1 && clock.NowMs >= entry.ExpiresMs)
                return new Ended(running, "expired");
            Handler handler = handlers.Find(entry.Type) ?? throw new NoHandlerException(entry.TaskId, entry.Type, handlers.Types);
            TimeSpan timeout = TimeSpan.FromSeconds(entry.TimeoutSeconds);
            TimeSpan left = entry.DeadlineMs > 0 ? TimeSpan.FromMilliseconds(entry.DeadlineMs - clock.NowMs) : TimeSpan.MaxValue;
            if (left <= TimeSpan.Zero)
                return Fail(running, "deadline", "deadline", "The deadline over all attempts had passed when this one was to start.", "");
            if (entry.Unique?[0] == 's' && !await StartUniqueAsync(entry))
                return new GivenBack(running);
            byte[]? payload = entry.Base is null ? entry.Payload : await MergeAsync(entry);
            if (payload is null)
                return new GivenBack(running);
            TaskContext context = new(entry, payload, worker.Name, options.Json, Progress?.Invoke() ?? new ProgressReporter(redis, keys, worker.Name, time),
                Log?.Invoke() ?? new TaskLogWriter(redis, keys, worker.Name, options.ResultRetention));
            running.EndsByDeadline = left < timeout;
            running.StartClock(time, running.EndsByDeadline ? left : timeout, worker.TimeoutGrace, Abandon);
            using Activity? activity = RunnelTracing.StartAttempt(entry);
            byte[] result = activity is null
                ? await handler.Invoke(services, context, running.Token)
                : await InvokeTracedAsync(handler, context, activity, running.Token);
            if (result.Length > options.MaxResultBytes)
            {
                throw new NonRetryableException($"The result of task {entry.TaskId} ({entry.Type}) is {result.Length} bytes of JSON; {options.MaxResultBytes} are the "
                    + "most (Runnel:MaxResultBytes). Store large results elsewhere and return where they are.");
            }

            return new Completed(running, Envelope(running, result), entry.HasRecord || context.HasReported);
        }
        catch (Exception e) // the one catch-all: whatever a handler throws is its task's end, not the worker's
        {
            return Fail(running, e);
        }
        finally
        {
            TimeSpan taken = time.GetElapsedTime(started);
            held.NoteDuration(taken);
            if (handlers.Find(entry.Type) is not null) // names of types that nobody has are not kept
                Service?.Note(entry.Type, taken);
            metrics.Duration.Record(taken.TotalSeconds, new KeyValuePair<string, object?>("type", entry.Type));
        }
    }

    private async Task<byte[]> InvokeTracedAsync(Handler handler, TaskContext context, Activity activity, CancellationToken cancellationToken)
    {
        try
        {
            return await handler.Invoke(services, context, cancellationToken);
        }
        catch (Exception e)
        {
            activity.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <summary>Gives up the lock of a task that is unique until it starts; false where that could not be written.</summary>
    private async Task<bool> StartUniqueAsync(TaskEntry entry)
    {
        try
        {
            return await scripts.StartAsync(entry) == SettleResult.Done;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The payload of a batch's member that has only what differs from the batch's base; null where that could not be read.</summary>
    private async Task<byte[]?> MergeAsync(TaskEntry entry)
    {
        try
        {
            return await bases.MergeAsync(entry.TaskId, entry.Base!, entry.Payload)
                ?? throw new NonRetryableException($"The base of task {entry.TaskId} is gone, since its batch was deleted; submit the task again whole.");
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return null;
        }
    }

    private Outcome Fail(RunningTask running, Exception e)
    {
        switch (running.Cause)
        {
            case CancelCause.LeaseLost or CancelCause.Drain:
                return new GivenBack(running);
            case CancelCause.Cancelled:
                return new Ended(running, "cancelled");
            case CancelCause.Timeout:
                return TimedOut(running, e.ToString());
        }

        if (e is TaskSnoozedException snooze)
            return new Snoozed(running, snooze.Wait);
        LogAttemptFailed(e, running.Entry.TaskId, running.Entry.Type, running.Entry.Attempt);
        string reason = e switch
        {
            NoHandlerException => "no_handler",
            NonRetryableException => "rejected",
            _ when handlers.Find(running.Entry.Type)!.Options.NonRetryable.Any(type => type.IsInstanceOfType(e)) => "rejected",
            _ => "failed",
        };
        return Fail(running, reason, e.GetType().FullName!, e.Message, e.StackTrace ?? "", e);
    }

    private Outcome TimedOut(RunningTask running, string stack) => Fail(
        running,
        "timeout",
        typeof(TimeoutException).FullName!,
        running.EndsByDeadline ? "The deadline over all attempts passed." : $"The attempt ran longer than {running.Entry.TimeoutSeconds} s.",
        stack);

    private Outcome Fail(RunningTask running, string reason, string type, string message, string stack, Exception? cause = null)
    {
        TaskEntry entry = running.Entry;
        if (stack.Length > LongestStack)
            stack = stack[..LongestStack];
        byte[] error = JsonSerializer.SerializeToUtf8Bytes(
            new WireError(entry.Attempt, type, message, stack, worker.Name, clock.NowMs), WireJson.Default.WireError);
        bool timedOut = reason == "timeout";
        if ((timedOut || reason == "failed") && entry.RetriesSpent < entry.MaxRetries)
        {
            RetryPolicy policy = entry.Retry ?? handlers.Find(entry.Type)!.Options.Retry;
            TimeSpan wait = policy.WaitBefore(entry.RetriesSpent + 1, cause);
            if (entry.DeadlineMs == 0 || clock.NowMs + wait.TotalMilliseconds < entry.DeadlineMs)
                return new Retry(running, error, wait, timedOut);
        }

        return new Dead(running, error, reason, timedOut);
    }

    private byte[] Envelope(RunningTask running, byte[] result)
    {
        TaskEntry entry = running.Entry;
        ArrayBufferWriter<byte> buffer = new(256 + result.Length);
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, entry.Type);
            WriteUnlessDefault(writer, "priority"u8, (int)entry.Priority, (int)TaskPriority.Normal);
            WriteUnlessDefault(writer, "attempt"u8, entry.Attempt, 1);
            WriteUnlessDefault(writer, "retries"u8, entry.MaxRetries, SubmitOptions.Default.MaxRetries);
            writer.WriteString("worker"u8, worker.Name);
            writer.WriteNumber("submitted_ms"u8, entry.SubmittedAtMs);
            writer.WriteNumber("started_ms"u8, running.StartedAtMs);
            writer.WriteNumber("finished_ms"u8, clock.NowMs);
            writer.WritePropertyName("result"u8);
            writer.WriteRawValue(result, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return Packing.Pack(buffer.WrittenMemory, options.CompressAbove).ToArray();
    }

    private static void WriteUnlessDefault(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int value, int standard)
    {
        if (value != standard)
            writer.WriteNumber(name, value);
    }

    [LoggerMessage(2010, LogLevel.Debug, "Task {TaskId} ({TaskType}) failed in attempt {Attempt}.")]
    private partial void LogAttemptFailed(Exception exception, string taskId, string taskType, int attempt);

    [LoggerMessage(2011, LogLevel.Error, "The handler of task {TaskId} ({TaskType}) ignored its cancelled token for {Grace} and was abandoned; its thread is lost.")]
    private partial void LogAbandoned(string taskId, string taskType, TimeSpan grace);

    [LoggerMessage(2012, LogLevel.Warning, "The abandoned handler of task {TaskId} ({TaskType}) returned at last; its outcome is dropped.")]
    private partial void LogLateReturn(string taskId, string taskType);
}
