using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Runnel.Supervision;

/// <summary>Tells systemd how the supervisors of a process are, where it is a unit of Type=notify: ready once every worker takes tasks, alive as long as the loop
/// that asks them goes round, stopping when told to.</summary>
/// <param name="supervisors">All of them.</param>
/// <param name="notifier">Does nothing where NOTIFY_SOCKET is not set.</param>
/// <param name="time">Clock of the watchdog.</param>
public sealed class ServiceNotifier(IReadOnlyCollection<Supervisor> supervisors, ISystemdNotifier notifier, TimeProvider time)
{
    private static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(1);
    private static readonly ServiceState Watchdog = new("WATCHDOG=1");

    /// <summary>Runs until cancelled, then says that it stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (!notifier.IsEnabled)
            return;
        bool ready = false;
        using PeriodicTimer timer = new(Beat(), time);
        try
        {
            do
            {
                if (!ready && supervisors.All(supervisor => supervisor.ReadyProcesses.Count >= supervisor.Workers))
                {
                    notifier.Notify(ServiceState.Ready);
                    ready = true;
                }

                notifier.Notify(Watchdog);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }

        notifier.Notify(ServiceState.Stopping);
    }

    /// <summary>A third of the watchdog's time (WATCHDOG_USEC), at most a second.</summary>
    private static TimeSpan Beat()
    {
        string? set = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        TimeSpan third = long.TryParse(set, NumberStyles.None, CultureInfo.InvariantCulture, out long us) && us > 0 ? TimeSpan.FromMicroseconds(us) / 3 : LongestBeat;
        return third < LongestBeat ? third : LongestBeat;
    }
}
