using Runnel.Redis;

namespace Runnel.Worker;

/// <summary>Why a running task's token was cancelled.</summary>
internal enum CancelCause
{
    None,

    /// <summary>Its attempt ran out of time.</summary>
    Timeout,

    /// <summary>The lease is lost: others may have the task by now.</summary>
    LeaseLost,

    /// <summary>The worker stops and its drain took too long.</summary>
    Drain,
}

/// <summary>A task in this process's hands, from its delivery until Redis knows how it ended.</summary>
internal sealed class RunningTask(TaskEntry entry, long startedAtMs) : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private int cause;
    private ITimer? timer;

    public TaskEntry Entry { get; } = entry;

    public long StartedAtMs { get; } = startedAtMs;

    public CancellationToken Token => source.Token;

    public CancelCause Cause => (CancelCause)Volatile.Read(ref cause);

    public void StartClock(TimeProvider time) =>
        timer = time.CreateTimer(static state => ((RunningTask)state!).Cancel(CancelCause.Timeout), this, TimeSpan.FromSeconds(Entry.TimeoutSeconds), Timeout.InfiniteTimeSpan);

    /// <summary>Cancels the handler's token; the first cause stays.</summary>
    public void Cancel(CancelCause why)
    {
        if (Interlocked.CompareExchange(ref cause, (int)why, (int)CancelCause.None) == (int)CancelCause.None)
            _ = source.CancelAsync(); // not in line: a handler's callback must not hold up the lease
    }

    public void Dispose() => timer?.Dispose(); // the source stays usable for a late Cancel; without a timer it owns nothing
}
