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

    /// <summary>Somebody cancelled the task.</summary>
    Cancelled,
}

/// <summary>A task in this process's hands, from its delivery until Redis knows how it ended.</summary>
internal sealed class RunningTask(TaskEntry entry, long startedAtMs) : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private int cause;
    private int settled;
    private ITimer? timer;

    public TaskEntry Entry { get; } = entry;

    /// <summary>Unix ms: when its handler was started, before that when it was delivered.</summary>
    public long StartedAtMs { get; set; } = startedAtMs;

    /// <summary>True where the deadline over all attempts ends this one before its own timeout would.</summary>
    public bool EndsByDeadline { get; set; }

    public CancellationToken Token => source.Token;

    public CancelCause Cause => (CancelCause)Volatile.Read(ref cause);

    /// <summary>Cancels the token after a time, and calls <paramref name="abandon"/> where the handler goes on for a grace period after that.</summary>
    public void StartClock(TimeProvider time, TimeSpan timeout, TimeSpan grace, Action<RunningTask> abandon) =>
        timer = time.CreateTimer(
            _ =>
            {
                if (Cause == CancelCause.None)
                {
                    Cancel(CancelCause.Timeout);
                    timer?.Change(grace, Timeout.InfiniteTimeSpan);
                }
                else if (Cause == CancelCause.Timeout)
                {
                    abandon(this);
                }
            },
            null,
            timeout,
            Timeout.InfiniteTimeSpan);

    /// <summary>True for the first caller only: how the attempt ended is decided once.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref settled, 1) == 0;

    /// <summary>Cancels the handler's token; the first cause stays.</summary>
    public void Cancel(CancelCause why)
    {
        if (Interlocked.CompareExchange(ref cause, (int)why, (int)CancelCause.None) == (int)CancelCause.None)
            _ = source.CancelAsync(); // not in line: a handler's callback must not hold up the lease
    }

    public void Dispose() => timer?.Dispose(); // the source stays usable for a late Cancel; without a timer it owns nothing
}
