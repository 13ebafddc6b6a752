namespace Runnel.Testing.Tests.Conformance;

/// <summary>A queue with one worker that runs one task at a time, in memory or on a real Redis.</summary>
public interface IQueueUnderTest : IAsyncDisposable
{
    /// <summary>The time that the queue goes by.</summary>
    DateTimeOffset Now { get; }

    /// <summary>No task is started from now on.</summary>
    Task HoldAsync();

    /// <summary>Tasks are started again.</summary>
    Task ReleaseAsync();

    /// <summary>That much time passes.</summary>
    Task PassAsync(TimeSpan time);

    Task<string> SubmitAsync(string type, object payload, SubmitOptions? options = null);

    Task<IReadOnlyList<string>> SubmitChainAsync(params TaskDraft[] steps);

    Task<string> SubmitBatchAsync(string type, IEnumerable<object> payloads, BatchOptions? options = null);

    /// <summary>The task as it is; null where it is unknown.</summary>
    Task<TaskView?> FindAsync(string id);

    /// <summary>The task as it ended; runs or waits until then.</summary>
    Task<TaskView> EndedAsync(string id);

    /// <summary>The batch as it ended; runs or waits until then.</summary>
    Task<BatchView> BatchEndedAsync(string id);

    Task<CancelResult> CancelAsync(string id);

    Task CancelBatchAsync(string id);

    Task<bool> RequeueAsync(string id);

    Task<bool> PurgeAsync(string id);
}

/// <summary>What both queues tell of a task.</summary>
public sealed record TaskView(TaskState State, int Attempt = 1, string? Reason = null, int Errors = 0, int WaitsFor = 0, string? Result = null);

/// <summary>What both queues tell of a batch.</summary>
public sealed record BatchView(long Completed, long Failed, long Cancelled);
