using System.Collections.Concurrent;

namespace Runnel.Worker;

/// <summary>All tasks in this process's hands, and its free slots.</summary>
internal sealed class HeldTasks
{
    private readonly ConcurrentDictionary<(int Level, string StreamId), RunningTask> held = new();
    private readonly int half;
    private int free;
    private TaskCompletionSource? wanted; // set while the fetcher waits for slots
    private int enough;
    private double typicalMicroseconds = 1e6;
    private int active;
    private TaskCompletionSource ended = NewSignal();
    private int watchers;

    public HeldTasks(int concurrency) => (free, half) = (concurrency, concurrency / 2);

    /// <summary>True while handlers lately took less than a fifth of a millisecond.</summary>
    public bool HandlersAreBrief => Volatile.Read(ref typicalMicroseconds) < 200;

    /// <summary>Notes how long a handler took; a smoothed figure, where a lost update does no harm.</summary>
    public void NoteDuration(TimeSpan taken)
    {
        double old = Volatile.Read(ref typicalMicroseconds);
        Volatile.Write(ref typicalMicroseconds, old + ((Math.Min(taken.TotalMicroseconds, 1e6) - old) / 16));
    }

    /// <summary>Handlers running now.</summary>
    public int Active => Volatile.Read(ref active);

    public int Count => held.Count;

    /// <summary>Waits for a free slot and takes all that are free, up to <paramref name="most"/>. For one caller at a time.</summary>
    public async Task<int> TakeSlotsAsync(int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            int seen = Volatile.Read(ref free);
            int taken = Math.Min(seen, most);
            if (taken == 0)
                await WhenFreeAsync(1, Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            else if (Interlocked.CompareExchange(ref free, seen - taken, seen) == seen)
                return taken;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits until half of all slots are free, but no longer than the limit: where handlers take microseconds, a read for each
    /// slot that becomes free costs more than the handlers.</summary>
    public Task WhenHalfFreeAsync(TimeSpan limit, TimeProvider time) => WhenFreeAsync(half, limit, time, CancellationToken.None);

    public void FreeSlots(int count)
    {
        if (count > 0 && Interlocked.Add(ref free, count) >= Volatile.Read(ref enough))
            Volatile.Read(ref wanted)?.TrySetResult();
    }

    private async Task WhenFreeAsync(int count, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        TaskCompletionSource signal = NewSignal();
        enough = count;
        Volatile.Write(ref wanted, signal);
        Interlocked.MemoryBarrier(); // say so first, then look: who frees a slot does it the other way round
        if (Volatile.Read(ref free) < count)
            await signal.Task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref wanted, null);
    }

    public void Add(RunningTask task)
    {
        held[(task.Entry.Level, task.Entry.EntryId)] = task;
        Interlocked.Increment(ref active);
    }

    /// <summary>The handler is done; the task stays held until it is settled.</summary>
    public void HandlerEnded()
    {
        Interlocked.Decrement(ref active);
        FreeSlots(1);
        TellWatchers();
    }

    /// <summary>Waits until <paramref name="done"/> holds; looks whenever a handler ends or a task is settled.</summary>
    /// <returns>False where the limit was over, or the wait was cancelled, before that.</returns>
    public async Task<bool> UntilAsync(Func<bool> done, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        long since = time.GetTimestamp();
        Interlocked.Increment(ref watchers);
        try
        {
            while (true)
            {
                Task signal = Volatile.Read(ref ended).Task; // first this, then the look: who ends a task does it the other way round
                if (done())
                    return true;
                TimeSpan left = limit == Timeout.InfiniteTimeSpan ? limit : limit - time.GetElapsedTime(since);
                if (cancellationToken.IsCancellationRequested || (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan))
                    return false;
                await signal.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Interlocked.Decrement(ref watchers);
        }
    }

    /// <summary>What is held now, by level and entry id.</summary>
    public IReadOnlyCollection<(int Level, string StreamId)> Entries() => [.. held.Keys];

    /// <summary>The task is settled.</summary>
    public void Remove(RunningTask task)
    {
        held.TryRemove((task.Entry.Level, task.Entry.EntryId), out _);
        TellWatchers();
    }

    public bool Contains(int level, string streamId) => held.ContainsKey((level, streamId));

    /// <summary>Cancels a task that somebody asked to cancel, if it is here.</summary>
    public void Cancel(string taskId)
    {
        foreach (RunningTask task in held.Values)
        {
            if (task.Entry.TaskId == taskId)
                task.Cancel(CancelCause.Cancelled);
        }
    }

    public void CancelAll(CancelCause cause)
    {
        foreach (RunningTask task in held.Values)
            task.Cancel(cause);
    }

    private void TellWatchers()
    {
        if (Volatile.Read(ref watchers) > 0)
            Interlocked.Exchange(ref ended, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
