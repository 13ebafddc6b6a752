using System.Collections.Concurrent;

namespace Runnel.Worker;

/// <summary>A bounded set of threads on which handlers run, and their continuations too. CPU-bound handlers on the thread pool would
/// starve lease renewal and fetching by over a second. A thread is started when none is idle and ends with the process.</summary>
internal sealed class HandlerThreads(int most) : TaskScheduler, IDisposable
{
    private readonly ConcurrentQueue<Task> waiting = new();
    private readonly SemaphoreSlim available = new(0);
    private int idle;
    private int threads;
    private volatile bool stopped;

    public override int MaximumConcurrencyLevel => most;

    /// <summary>Lets threads end once nothing waits for them; a handler that never returns keeps its thread.</summary>
    public void Dispose()
    {
        stopped = true;
        available.Release(most);
    }

    protected override void QueueTask(Task task)
    {
        waiting.Enqueue(task);
        if (Volatile.Read(ref idle) <= waiting.Count - 1 && Volatile.Read(ref threads) < most)
            StartThread();
        available.Release();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => waiting;

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
            Interlocked.Increment(ref idle);
            available.Wait();
            Interlocked.Decrement(ref idle);
            if (waiting.TryDequeue(out Task? task))
                TryExecuteTask(task);
            else if (stopped)
                return;
        }
    }
}
