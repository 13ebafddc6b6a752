using System.Runtime.InteropServices;

namespace Runnel.Supervision;

/// <summary>SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed console) as two tokens: the first signal asks, the second insists.</summary>
/// <remarks>On Windows these are Ctrl-C, Ctrl-Break, a closed console and a shutdown.</remarks>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource stopNow = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly List<PosixSignalRegistration> user = [];

    /// <summary>Takes the signals over from the runtime until disposed.</summary>
    public StopSignals() => registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Cancelled by the first signal: finish what runs, then end.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Cancelled by the second signal: end at once.</summary>
    public CancellationToken StopNow => stopNow.Token;

    /// <summary>Called on SIGHUP, which is then no order to stop, except on Windows. Null: it is one.</summary>
    public Action? Reload { get; set; }

    /// <summary>Calls something on SIGUSR1 until this is disposed; on Windows, which has no such signal, never.</summary>
    public void OnUser1(Action action)
    {
        if (!OperatingSystem.IsWindows())
            user.Add(PosixSignalRegistration.Create((PosixSignal)User1, context => Call(context, action)));
    }

    /// <summary>Gives the signals back to their default effect.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        user.ForEach(registration => registration.Dispose());
        stop.Dispose();
        stopNow.Dispose();
    }

    /// <summary>Does what a first signal does, and what a second one does where it is to be at once.</summary>
    public void Request(bool now)
    {
        stop.Cancel();
        if (now)
            stopNow.Cancel();
    }

    private static int User1 => OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 30 : 10;

    private static void Call(PosixSignalContext context, Action action)
    {
        context.Cancel = true;
        action();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGHUP && Reload is { } reload && !OperatingSystem.IsWindows())
            reload();
        else
            Request(now: stop.IsCancellationRequested);
    }
}
