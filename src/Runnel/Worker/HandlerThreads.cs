using System.Collections.Concurrent;

namespace Runnel.Worker;

/// <summary>A bounded set of threads on which handlers run, and their continuations too. CPU-bound handlers on the thread pool would
/// starve lease renewal and fetching by over a second. There is at once a thread for each processor; more are added, twice as many
/// every few milliseconds, only while something waits and nothing is taken: handlers that are short need no more, and hundreds of
/// threads for them would cost more than the handlers.</summary>
internal sealed class HandlerThreads : TaskScheduler, IDisposable
{
    private static readonly TimeSpan StallTime = TimeSpan.FromMilliseconds(4);
    private readonly ConcurrentQueue<Task> waiting = new();
    private readonly SemaphoreSlim available = new(0);
    private readonly ITimer stallTimer;
    private int most;
    private int threads;
    private int watching;
    private long taken;
    private long takenBefore;
    private volatile bool stopped;

    public HandlerThreads(int most, TimeProvider time)
    {
        this.most = most;
        stallTimer = time.CreateTimer(static state => ((HandlerThreads)state!).AddThreadsIfStalled(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override int MaximumConcurrencyLevel => most;

    /// <summary>Lets threads end once nothing waits for them; a handler that never returns keeps its thread.</summary>
    public void Dispose()
    {
        stopped = true;
        stallTimer.Dispose();
        available.Release(most);
    }

    /// <summary>One thread is held for good by a handler that does not return; another may take its place.</summary>
    public void ReplaceLostThread()
    {
        Interlocked.Increment(ref most);
        StartThread();
    }

    protected override void QueueTask(Task task)
    {
        waiting.Enqueue(task);
        int now = Volatile.Read(ref threads);
        if (now < Math.Min(most, Environment.ProcessorCount))
            StartThread();
        else if (now < most && available.CurrentCount > 0)
            WatchForStall();
        available.Release();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => waiting;

    private void WatchForStall()
    {
        if (Interlocked.Exchange(ref watching, 1) == 1)
            return;
        takenBefore = Interlocked.Read(ref taken);
        stallTimer.Change(StallTime, Timeout.InfiniteTimeSpan);
    }

    private void AddThreadsIfStalled()
    {
        Volatile.Write(ref watching, 0);
        if (waiting.IsEmpty || stopped)
            return;
        int now = Volatile.Read(ref threads);
        if (Interlocked.Read(ref taken) == takenBefore)
        {
            for (int i = Math.Min(Math.Min(now, waiting.Count), most - now); i > 0; i--)
                StartThread();
        }

        if (now < most)
            WatchForStall();
    }

    private void StartThread()
    {
        if (Interlocked.Increment(ref threads) > most)
        {
            Interlocked.Decrement(ref threads);
            return;
        }

        new Thread(Run) { IsBackground = true, Name = "runnel-handler" }.Start();
    }

    private void Run()
    {
        while (true)
        {
            available.Wait();
            if (waiting.TryDequeue(out Task? task))
            {
                Interlocked.Increment(ref taken);
                TryExecuteTask(task);
            }
            else if (stopped)
            {
                return;
            }
        }
    }
}
