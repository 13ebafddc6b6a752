using System.Runtime.InteropServices;

namespace Runnel.Supervision;

/// <summary>SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed console) as two tokens: the first signal asks, the second insists.</summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource stopNow = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Takes the signals over from the runtime until disposed.</summary>
    public StopSignals() => registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Cancelled by the first signal: finish what runs, then end.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Cancelled by the second signal: end at once.</summary>
    public CancellationToken StopNow => stopNow.Token;

    /// <summary>Gives the signals back to their default effect.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        stop.Dispose();
        stopNow.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (stop.IsCancellationRequested)
            stopNow.Cancel();
        else
            stop.Cancel();
    }
}
