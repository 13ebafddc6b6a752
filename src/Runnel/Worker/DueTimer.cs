namespace Runnel.Worker;

/// <summary>Waits until exactly the earliest time that anybody named. What is told to all workers wakes one of them in time and the others
/// a little later: who found nothing left to do stands by, until it finds something. A crowd that woke for each due time would keep Redis
/// busy with finding nothing.</summary>
internal sealed class DueTimer(TimeProvider time) : IDisposable
{
    /// <summary>How much later who stands by wakes; so late is what a worker that died would have done.</summary>
    public static readonly TimeSpan StandByWait = TimeSpan.FromMilliseconds(25);

    private readonly SemaphoreSlim wake = new(0);
    private long nextAt = long.MaxValue; // a timestamp of the time provider
    private volatile bool standsBy;

    /// <summary>Whether this worker leaves to another what all were told.</summary>
    public bool StandsBy
    {
        get => standsBy;
        set => standsBy = value;
    }

    /// <summary>Something is due in that time, as all workers were told.</summary>
    public void ToldDueIn(TimeSpan delay) => DueIn(standsBy ? delay + StandByWait : delay);

    /// <summary>Something is due in that time; an earlier one named before stays.</summary>
    public void DueIn(TimeSpan delay)
    {
        long at = time.GetTimestamp() + (long)(Math.Max(0, delay.TotalSeconds) * time.TimestampFrequency);
        long known;
        while (at < (known = Interlocked.Read(ref nextAt)))
        {
            if (Interlocked.CompareExchange(ref nextAt, at, known) == known)
            {
                wake.Release();
                return;
            }
        }
    }

    /// <summary>Notes a due time (Unix ms of Redis; none where it is no finite number) as told together with Redis's present time.</summary>
    public void NoteNext(string? dueMs, long nowMs)
    {
        if (double.TryParse(dueMs, out double due) && double.IsFinite(due))
            ToldDueIn(TimeSpan.FromMilliseconds(due - nowMs));
    }

    /// <summary>Returns when the earliest time has come, and forgets it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long next = Interlocked.Read(ref nextAt);
            if (next <= time.GetTimestamp())
            {
                Interlocked.CompareExchange(ref nextAt, long.MaxValue, next);
                return;
            }

            TimeSpan wait = next == long.MaxValue ? Timeout.InfiniteTimeSpan : Ceiling(time.GetElapsedTime(time.GetTimestamp(), next));
            using CancellationTokenSource woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task signal = wake.WaitAsync(woken.Token);
            Task clock = Task.Delay(wait, time, woken.Token);
            await Task.WhenAny(signal, clock);
            await woken.CancelAsync();
            await signal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => wake.Dispose();

    private static TimeSpan Ceiling(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 1, 60_000));
}
