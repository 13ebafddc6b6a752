using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Runnel.Supervision;

/// <summary>Keeps a number of worker processes running: starts, watches and restarts them, and drains them all when it is to stop. The number
/// may be changed meanwhile.</summary>
/// <param name="options">How many at first, of which command, how patiently.</param>
/// <param name="output">Takes what the workers write to standard output, each line behind the worker's number.</param>
/// <param name="errors">Takes what they write to standard error.</param>
/// <param name="time">Clock of the back-off.</param>
/// <param name="logger">Starts, ends and restarts of workers.</param>
public sealed partial class Supervisor(
    SupervisorOptions options, TextWriter output, TextWriter errors, TimeProvider time, ILogger<Supervisor> logger)
{
    private readonly Lock sync = new();
    private readonly SortedDictionary<int, Slot> slots = [];
    private readonly ConcurrentDictionary<int, WorkerProcess> processes = new(); // by worker's number; those that drain too
    private readonly CancellationTokenSource gaveUp = new();
    private readonly TextWriter output = TextWriter.Synchronized(output);
    private readonly TextWriter errors = TextWriter.Synchronized(errors);
    private volatile int wanted = options.Workers;
    private volatile bool unclean;
    private TaskCompletionSource resized = NewSignal();

    /// <summary>How many worker processes it keeps running.</summary>
    public int Workers => wanted;

    /// <summary>How many worker processes there are, those among them that drain.</summary>
    public int Processes
    {
        get
        {
            lock (sync)
                return slots.Count;
        }
    }

    /// <summary>Changes how many are kept running. Those that are too many drain, the last started first; returns without waiting for that.</summary>
    /// <param name="workers">0 to 1,000.</param>
    public void Resize(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, SupervisorOptions.MostWorkers);
        wanted = workers;
        lock (sync)
            resized.TrySetResult();
    }

    /// <summary>Has every worker drain and starts a fresh one for each, which reads its configuration anew; returns without waiting for that.</summary>
    public void ReplaceWorkers()
    {
        foreach (WorkerProcess worker in processes.Values)
            worker.Drain();
    }

    /// <summary>Process ids of the workers.</summary>
    internal IReadOnlyCollection<int> ProcessIds => [.. processes.Values.Select(worker => worker.Id)];

    /// <summary>Process ids of those that said that they take tasks.</summary>
    internal IReadOnlyCollection<int> ReadyProcesses => [.. processes.Values.Where(worker => worker.Ready).Select(worker => worker.Id)];

    /// <summary>Kills a worker that hangs; another is started, as after any death.</summary>
    internal void KillHung(int processId)
    {
        foreach ((int number, WorkerProcess worker) in processes)
        {
            if (worker.Id != processId)
                continue;
            LogKilled(number, processId, "it shows no sign of life");
            worker.Kill();
        }
    }

    /// <summary>Runs until asked to stop, or until a worker cannot be started. To be called once.</summary>
    /// <param name="stop">Drains the workers, then returns.</param>
    /// <param name="stopNow">Has the workers hand back what they run, then returns.</param>
    /// <returns>Why it ended.</returns>
    /// <exception cref="RunnelException">The program of a worker cannot be started at all.</exception>
    public async Task<SupervisorOutcome> RunAsync(CancellationToken stop, CancellationToken stopNow)
    {
        using CancellationTokenSource drain = CancellationTokenSource.CreateLinkedTokenSource(stop, gaveUp.Token);
        while (!drain.IsCancellationRequested)
        {
            Task change = Adjust(drain.Token, stopNow);
            await change.WaitAsync(drain.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(Running());
        return gaveUp.IsCancellationRequested ? SupervisorOutcome.CrashLoop
            : unclean ? SupervisorOutcome.Killed
            : SupervisorOutcome.Drained;
    }

    /// <summary>Starts what is missing and drains what is too much.</summary>
    /// <returns>Ends when it is to be called again.</returns>
    private Task<Task> Adjust(CancellationToken drain, CancellationToken stopNow)
    {
        lock (sync)
        {
            resized = NewSignal();
            foreach ((int number, Slot slot) in slots.Where(slot => slot.Value.Run.IsCompletedSuccessfully).ToArray()) // one that failed ends us all, and is awaited then
            {
                slot.Dispose();
                slots.Remove(number);
            }

            int active = slots.Values.Count(slot => !slot.Leaving);
            foreach (Slot slot in slots.Values.Where(slot => !slot.Leaving).Reverse().Take(active - wanted).ToArray())
                slot.Leave();
            for (int number = 1; active < wanted; number++)
            {
                if (slots.ContainsKey(number))
                    continue;
                int place = number;
                slots[place] = new Slot(token => KeepRunningAsync(place, token, stop: drain, stopNow), drain);
                active++;
            }

            return Task.WhenAny([resized.Task, .. slots.Values.Select(slot => slot.Run)]);
        }
    }

    private Task[] Running()
    {
        lock (sync)
            return [.. slots.Values.Select(slot => slot.Run)];
    }

    private async Task KeepRunningAsync(int number, CancellationToken drain, CancellationToken stop, CancellationToken stopNow)
    {
        CrashHistory history = new(options);
        while (!drain.IsCancellationRequested)
        {
            long startedAt = time.GetTimestamp();
            using WorkerProcess worker = Start(number);
            processes[number] = worker;
            int code = await WaitOrDrainAsync(worker, number, drain, stopNow);
            processes.TryRemove(number, out _);
            if (drain.IsCancellationRequested)
            {
                if (code == 0)
                    LogDrained(number, worker.Id);
                else
                    LogNotDrained(number, worker.Id, ExitWords.Of(code));
                unclean |= code != 0 && stop.IsCancellationRequested;
                return;
            }

            if (history.NextStart(code == 0, worker.Ready, time.GetElapsedTime(startedAt)) is not { } wait)
            {
                LogCrashLoop(number, history.FailedStarts, code, worker.LastWords);
                await gaveUp.CancelAsync();
                return;
            }

            if (code == 0 && wait == TimeSpan.Zero)
                LogReplaced(number, worker.Id);
            else
                LogEnded(number, worker.Id, ExitWords.Of(code), wait.TotalSeconds);
            await Task.Delay(wait, time, drain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private WorkerProcess Start(int number)
    {
        try
        {
            WorkerProcess worker = WorkerProcess.Start(options, number, output, errors);
            LogStarted(number, worker.Id);
            return worker;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            gaveUp.Cancel();
            throw new RunnelException($"The worker program {options.Command.FileName} cannot be started: {e.Message}", e);
        }
    }

    private async Task<int> WaitOrDrainAsync(WorkerProcess worker, int number, CancellationToken drain, CancellationToken stopNow)
    {
        try
        {
            return await worker.WaitAsync(drain);
        }
        catch (OperationCanceledException) when (drain.IsCancellationRequested)
        {
            worker.Drain();
        }

        using CancellationTokenSource patience = new(options.DrainTimeout, time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopNow);
        try
        {
            return await worker.WaitAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            unclean |= stopNow.IsCancellationRequested; // also where it manages to hand back all
            worker.Stop();
        }

        using CancellationTokenSource last = new(options.StopTimeout, time);
        try
        {
            return await worker.WaitAsync(last.Token);
        }
        catch (OperationCanceledException) when (last.IsCancellationRequested)
        {
            LogKilled(number, worker.Id, stopNow.IsCancellationRequested ? "told to stop at once, it did not" : "it took too long to drain");
            worker.Kill();
            return await worker.WaitAsync(CancellationToken.None);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One worker's place: a process, and after its end the next, until it is to leave.</summary>
    private sealed class Slot : IDisposable
    {
        private readonly CancellationTokenSource leave;

        public Slot(Func<CancellationToken, Task> run, CancellationToken drain)
        {
            leave = CancellationTokenSource.CreateLinkedTokenSource(drain);
            CancellationToken token = leave.Token;
            Run = Task.Run(() => run(token), CancellationToken.None);
        }

        public Task Run { get; }

        public bool Leaving => leave.IsCancellationRequested;

        public void Leave() => _ = leave.CancelAsync();

        public void Dispose() => leave.Dispose();
    }
}
