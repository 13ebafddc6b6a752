using System.Diagnostics.CodeAnalysis;

namespace Runnel.Worker;

/// <summary>A bounded set of threads on which handlers run, and their continuations too. CPU-bound handlers on the thread pool would
/// starve lease renewal and fetching by over a second. There is at once a thread for each processor; more are added, twice as many
/// every few milliseconds, only while something has waited for that long: handlers that are short need no more, and hundreds of
/// threads for them would cost more than the handlers.</summary>
/// <remarks>A lock and a pulse for a sleeping thread, no semaphore: that would wake, and spin, once for each task instead of once for each
/// batch.</remarks>
internal sealed class HandlerThreads : TaskScheduler, IDisposable
{
    private static readonly TimeSpan StallTime = TimeSpan.FromMilliseconds(4);
    private readonly object gate = new(); // guards all fields below; a Lock has no Wait and Pulse
    private readonly Queue<(Task Task, long Since)> waiting = new();
    private readonly TimeProvider time;
    private readonly ITimer stallTimer;
    private int most;
    private int threads;
    private int sleeping;
    private bool watching;
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
        lock (gate)
        {
            waiting.Enqueue((task, time.GetTimestamp()));
            if (sleeping > 0)
            {
                sleeping--; // counted off by who wakes it: two tasks must not rely on one sleeper
                Monitor.Pulse(gate);
            }
            else if (threads < Math.Min(most, Environment.ProcessorCount))
                StartThread();
            else if (threads < most)
                WatchForStall();
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (gate)
            return [.. waiting.Select(w => w.Task)];
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
            if (waiting.Count == 0 || stopped)
                return;
            if (time.GetElapsedTime(waiting.Peek().Since) >= StallTime)
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
        while (TryTake(out Task? task))
            TryExecuteTask(task);
    }

    private bool TryTake([NotNullWhen(true)] out Task? task)
    {
        lock (gate)
        {
            (Task Task, long Since) next;
            while (!waiting.TryDequeue(out next))
            {
                task = null;
                if (stopped)
                    return false;
                sleeping++;
                Monitor.Wait(gate);
            }

            task = next.Task;
            return true;
        }
    }
}
