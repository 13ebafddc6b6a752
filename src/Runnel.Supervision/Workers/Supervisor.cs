using Microsoft.Extensions.Logging;

namespace Runnel.Supervision;

/// <summary>Keeps a number of worker processes running: starts, watches and restarts them, and drains them all when it is to stop.</summary>
/// <param name="options">How many, of which command, how patiently.</param>
/// <param name="output">Takes what the workers write to standard output, each line behind the worker's number.</param>
/// <param name="errors">Takes what they write to standard error.</param>
/// <param name="time">Clock of the back-off.</param>
/// <param name="logger">Starts, ends and restarts of workers.</param>
public sealed partial class Supervisor(
    SupervisorOptions options, TextWriter output, TextWriter errors, TimeProvider time, ILogger<Supervisor> logger)
{
    private readonly CancellationTokenSource gaveUp = new();
    private readonly TextWriter output = TextWriter.Synchronized(output);
    private readonly TextWriter errors = TextWriter.Synchronized(errors);
    private volatile bool unclean;

    /// <summary>Runs until asked to stop, or until a worker cannot be started. To be called once.</summary>
    /// <param name="stop">Drains the workers, then returns.</param>
    /// <param name="stopNow">Kills the workers that still run, then returns.</param>
    /// <returns>Why it ended.</returns>
    /// <exception cref="RunnelException">The program of a worker cannot be started at all.</exception>
    public async Task<SupervisorOutcome> RunAsync(CancellationToken stop, CancellationToken stopNow)
    {
        using CancellationTokenSource drain = CancellationTokenSource.CreateLinkedTokenSource(stop, gaveUp.Token);
        await Task.WhenAll(Enumerable.Range(1, options.Workers).Select(number => KeepRunningAsync(number, drain.Token, stopNow)));
        return gaveUp.IsCancellationRequested ? SupervisorOutcome.CrashLoop
            : unclean ? SupervisorOutcome.Killed
            : SupervisorOutcome.Drained;
    }

    private async Task KeepRunningAsync(int number, CancellationToken drain, CancellationToken stopNow)
    {
        CrashHistory history = new(options);
        while (!drain.IsCancellationRequested)
        {
            long startedAt = time.GetTimestamp();
            using WorkerProcess worker = Start(number);
            int code = await WaitOrDrainAsync(worker, number, drain, stopNow);
            if (drain.IsCancellationRequested)
            {
                if (code == 0)
                    LogDrained(number, worker.Id);
                else
                    LogNotDrained(number, worker.Id, ExitWords.Of(code));
                unclean |= code != 0;
                return;
            }

            if (history.NextStart(code == 0, worker.Ready, time.GetElapsedTime(startedAt)) is not { } wait)
            {
                LogCrashLoop(number, history.FailedStarts, code, worker.LastWords);
                await gaveUp.CancelAsync();
                return;
            }

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
            LogKilled(number, worker.Id, stopNow.IsCancellationRequested ? "told to stop at once" : "it took too long to drain");
            worker.Kill();
            return await worker.WaitAsync(CancellationToken.None);
        }
    }
}
