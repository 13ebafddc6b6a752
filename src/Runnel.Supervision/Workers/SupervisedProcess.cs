using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Runnel.Supervision;

/// <summary>The worker's side of supervision: says when it is ready, and learns when to drain.</summary>
/// <remarks>Orders come as lines on standard input: "drain" and "stop". It drains also when that closes, since the supervisor is gone then, and on
/// SIGTERM; a second SIGTERM stops. It ignores SIGINT: Ctrl-C reaches every process of a terminal, and draining is the supervisor's to order.</remarks>
public sealed class SupervisedProcess : IDisposable
{
    internal const string Variable = "RUNNEL_WORKER_NUMBER";
    internal const string ReadyLine = "::runnel-worker-ready::";

    internal const string DrainOrder = "drain";
    internal const string StopOrder = "stop";

    private readonly CancellationTokenSource drain = new();
    private readonly CancellationTokenSource stopNow = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly TimeSpan deadline;

    private SupervisedProcess(TimeSpan deadline) => this.deadline = deadline;

    /// <summary>Whether a supervisor started this process.</summary>
    public static bool IsSupervised => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>Cancelled once this process is to drain and end.</summary>
    public CancellationToken Drain => drain.Token;

    /// <summary>Cancelled once this process is to hand back what it runs, at once, and end.</summary>
    public CancellationToken StopNow => stopNow.Token;

    /// <summary>Starts to watch for orders. To be called once, in a process that is supervised.</summary>
    /// <param name="deadline">A process that lives that long after its supervisor's order ends itself hard: nobody else would.</param>
    public static SupervisedProcess Watch(TimeSpan deadline)
    {
        SupervisedProcess watch = new(deadline);
        watch.signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true));
        watch.signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true));
        watch.signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            watch.Obey(watch.drain.IsCancellationRequested ? StopOrder : DrainOrder);
        }));
        new Thread(watch.WatchInput) { IsBackground = true, Name = "supervisor watch" }.Start();
        return watch;
    }

    /// <summary>Tells the supervisor that this worker takes tasks. Calling it again does no harm.</summary>
    public static void ReportReady()
    {
        if (IsSupervised)
            Console.Out.WriteLine(ReadyLine);
    }

    /// <summary>Gives the signals back to their default effect.</summary>
    public void Dispose()
    {
        signals.ForEach(signal => signal.Dispose());
        drain.Dispose();
        stopNow.Dispose();
    }

    private void WatchInput()
    {
        using StreamReader input = new(Console.OpenStandardInput());
        while (input.ReadLine() is { } order)
            Obey(order);

        if (!Obey(DrainOrder))
            return;
        using ManualResetEvent never = new(false);
        never.WaitOne(deadline);
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <returns>False where this process is ending already.</returns>
    private bool Obey(string order)
    {
        try
        {
            drain.Cancel();
            if (order == StopOrder)
                stopNow.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
