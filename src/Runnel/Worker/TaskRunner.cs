using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Runnel.Redis;
using Runnel.Retries;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Runs one delivered task on a handler thread and decides how it ended.</summary>
internal sealed partial class TaskRunner(
    HandlerRegistry handlers,
    HandlerThreads threads,
    HeldTasks held,
    Settler settler,
    IDatabase redis,
    QueueKeys keys,
    RunnelOptions options,
    WorkerOptions worker,
    IServiceProvider services,
    RunnelMetrics metrics,
    TimeProvider time,
    ILogger<TaskRunner> logger)
{
    private const int LongestStack = 4000;

    /// <summary>Starts the task on a handler thread; it has taken its slot already and frees it when the handler is done.</summary>
    public void Start(TaskEntry entry)
    {
        RunningTask running = new(entry, time.GetUtcNow().ToUnixTimeMilliseconds());
        held.Add(running);
        _ = Task.Factory.StartNew(() => RunAsync(running), CancellationToken.None, TaskCreationOptions.DenyChildAttach, threads);
    }

    private async Task RunAsync(RunningTask running)
    {
        metrics.Active.Add(1);
        Outcome outcome;
        try
        {
            outcome = await AttemptAsync(running);
        }
        finally
        {
            metrics.Active.Add(-1);
            running.Dispose();
            held.HandlerEnded();
        }

        settler.Add(outcome);
    }

    private async Task<Outcome> AttemptAsync(RunningTask running)
    {
        TaskEntry entry = running.Entry;
        long started = time.GetTimestamp();
        try
        {
            if (entry.Unreadable is not null)
                return Fail(running, "unreadable", "unreadable", entry.Unreadable + " Its fields are kept as they came.", "");
            if (running.Token.IsCancellationRequested)
                return new GivenBack(running);
            HandlerInvoker invoke = handlers.Find(entry.Type) ?? throw new NoHandlerException(entry.TaskId, entry.Type, handlers.Types);
            TaskContext context = new(entry, worker.Name, options.Json, new ProgressReporter(redis, keys, worker.Name, time));
            running.StartClock(time);
            byte[] result = await invoke(services, context, running.Token);
            return new Completed(running, Envelope(running, result), entry.HasRecord || context.HasReported);
        }
        catch (Exception e) // the one catch-all: whatever a handler throws is its task's end, not the worker's
        {
            return Fail(running, e);
        }
        finally
        {
            metrics.Duration.Record(time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("type", entry.Type));
        }
    }

    private Outcome Fail(RunningTask running, Exception e)
    {
        switch (running.Cause)
        {
            case CancelCause.LeaseLost or CancelCause.Drain:
                return new GivenBack(running);
            case CancelCause.Timeout:
                return Fail(running, "timeout", typeof(TimeoutException).FullName!, $"The attempt ran longer than {running.Entry.TimeoutSeconds} s.", e.ToString());
        }

        LogAttemptFailed(e, running.Entry.TaskId, running.Entry.Type, running.Entry.Attempt);
        string reason = e switch
        {
            NoHandlerException => "no_handler",
            NonRetryableException => "rejected",
            _ => "failed",
        };
        return Fail(running, reason, e.GetType().FullName!, e.Message, e.StackTrace ?? "");
    }

    private Outcome Fail(RunningTask running, string reason, string type, string message, string stack)
    {
        TaskEntry entry = running.Entry;
        if (stack.Length > LongestStack)
            stack = stack[..LongestStack];
        byte[] error = JsonSerializer.SerializeToUtf8Bytes(
            new WireError(entry.Attempt, type, message, stack, worker.Name, time.GetUtcNow().ToUnixTimeMilliseconds()), WireJson.Default.WireError);
        bool timedOut = reason == "timeout";
        bool retryable = timedOut || reason == "failed";
        return retryable && entry.RetriesSpent < entry.MaxRetries
            ? new Retry(running, error, RetryBackoff.Before(entry.RetriesSpent + 1), timedOut)
            : new Dead(running, error, reason, timedOut);
    }

    private byte[] Envelope(RunningTask running, byte[] result)
    {
        TaskEntry entry = running.Entry;
        ArrayBufferWriter<byte> buffer = new(256 + result.Length);
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, entry.Type);
            writer.WriteNumber("priority"u8, (int)entry.Priority);
            writer.WriteNumber("attempt"u8, entry.Attempt);
            writer.WriteNumber("retries"u8, entry.MaxRetries);
            writer.WriteString("worker"u8, worker.Name);
            writer.WriteNumber("submitted_ms"u8, entry.SubmittedAtMs);
            writer.WriteNumber("started_ms"u8, running.StartedAtMs);
            writer.WriteNumber("finished_ms"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
            writer.WritePropertyName("result"u8);
            writer.WriteRawValue(result, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    [LoggerMessage(2010, LogLevel.Debug, "Task {TaskId} ({TaskType}) failed in attempt {Attempt}.")]
    private partial void LogAttemptFailed(Exception exception, string taskId, string taskType, int attempt);
}
