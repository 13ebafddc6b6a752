using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Runnel.Worker;

/// <summary>A bounded set of threads on which handlers run, and their continuations too. CPU-bound handlers on the thread pool would
/// starve lease renewal and fetching by over a second. There is at once a thread for each processor; more are added, twice as many
/// every few milliseconds, only while something has waited for that long: handlers that are short need no more, and hundreds of
/// threads for them would cost more than the handlers.</summary>
/// <remarks>Whoever adds a task wakes one sleeping thread at most, and none while one is still waking up: that one wakes the next as long as
/// something waits. A burst so costs a few wake-ups and no lock, where one for each task would cost more than brief handlers.</remarks>
internal sealed class HandlerThreads : TaskScheduler, IDisposable
{
    private static readonly TimeSpan StallTime = TimeSpan.FromMilliseconds(4);
    private readonly ConcurrentQueue<(Task Task, long Since)> waiting = new();
    private readonly object gate = new(); // guards writes of all fields below; a Lock has no Wait and Pulse
    private readonly TimeProvider time;
    private readonly ITimer stallTimer;
    private volatile int most;
    private volatile int threads;
    private volatile int sleeping;
    private volatile bool waking; // a thread was pulsed and has not come round yet
    private volatile bool watching;
    private bool stopped;

    public HandlerThreads(int most, TimeProvider time)
    {
        this.most = most;
        this.time = time;
        stallTimer = time.CreateTimer(static state => ((HandlerThreads)state!).AddThreadsIfStalled(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override int MaximumConcurrencyLevel => most;

    /// <summary>Lets threads end once nothing waits for them; a handler that never returns keeps its thread.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        stallTimer.Dispose();
    }

    /// <summary>One thread is held for good by a handler that does not return; another may take its place.</summary>
    public void ReplaceLostThread()
    {
        lock (gate)
        {
            most++;
            StartThread();
        }
    }

    protected override void QueueTask(Task task)
    {
        waiting.Enqueue((task, time.GetTimestamp()));
        Interlocked.MemoryBarrier(); // who goes to sleep says so first and then looks at the queue; we do it the other way round
        CallThread();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        return [.. waiting.Select(w => w.Task)];
    }

    /// <summary>Sees to it that a thread comes for what waits.</summary>
    private void CallThread()
    {
        if (sleeping > 0 ? waking : threads >= Math.Min(most, Environment.ProcessorCount) && (watching || threads >= most))
            return;
        lock (gate)
        {
            if (sleeping > 0)
            {
                if (waking)
                    return;
                waking = true;
                Monitor.Pulse(gate);
            }
            else if (threads < Math.Min(most, Environment.ProcessorCount))
                StartThread();
            else if (threads < most)
                WatchForStall();
        }
    }

    private void WatchForStall()
    {
        if (watching || stopped)
            return;
        watching = true;
        stallTimer.Change(StallTime, Timeout.InfiniteTimeSpan);
    }

    private void AddThreadsIfStalled()
    {
        lock (gate)
        {
            watching = false;
            if (stopped || !waiting.TryPeek(out (Task Task, long Since) first))
                return;
            if (time.GetElapsedTime(first.Since) >= StallTime)
            {
                for (int i = Math.Min(Math.Min(threads, waiting.Count), most - threads); i > 0; i--)
                    StartThread();
            }

            if (threads < most)
                WatchForStall();
        }
    }

    private void StartThread()
    {
        threads++;
        new Thread(Run) { IsBackground = true, Name = "runnel-handler" }.Start();
    }

    private void Run()
    {
        bool woken = true;
        while (TryTake(ref woken, out Task? task))
        {
            if (woken && !waiting.IsEmpty)
                CallThread();
            woken = false;
            TryExecuteTask(task);
        }
    }

    /// <summary>Takes what waits longest, or sleeps until something comes; false at the end.</summary>
    private bool TryTake(ref bool woken, [NotNullWhen(true)] out Task? task)
    {
        (Task Task, long Since) next;
        while (!waiting.TryDequeue(out next))
        {
            lock (gate)
            {
                sleeping++;
                Interlocked.MemoryBarrier(); // before the look at the queue
                if (waiting.IsEmpty && !stopped)
                    Monitor.Wait(gate);
                sleeping--;
                waking = false;
                woken = true;
                if (stopped && waiting.IsEmpty)
                {
                    task = null;
                    return false;
                }
            }
        }

        task = next.Task;
        return true;
    }
}
