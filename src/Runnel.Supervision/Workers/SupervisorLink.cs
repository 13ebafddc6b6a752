using Microsoft.Extensions.Logging;

namespace Runnel.Supervision;

/// <summary>Shows a supervisor in Redis each second, and does what somebody left word for: another number of workers, drain, stop. Has workers
/// killed that run and yet lost their lease for long, or never took one: they hang.</summary>
/// <param name="client">Connected to the queue of its workers.</param>
/// <param name="supervisor">The supervisor.</param>
/// <param name="id">Its id; the workers' environment has it as <see cref="Variable"/>.</param>
/// <param name="autoscaled">Whether an autoscaler decides on the number: then an order to resize is refused.</param>
/// <param name="time">Clock of the beats.</param>
/// <param name="logger">Orders that were followed.</param>
public sealed partial class SupervisorLink(
    RunnelClient client, Supervisor supervisor, string id, bool autoscaled, TimeProvider time, ILogger<SupervisorLink> logger)
{
    /// <summary>Environment variable by which a worker process knows its supervisor's id.</summary>
    public const string Variable = "RUNNEL_SUPERVISOR";

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60); // plug-ins may be large, and many processes start at once
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private readonly Dictionary<int, (long At, bool HadLease)> lastSeen = []; // process id -> when its worker had a lease, or was first looked for

    /// <summary>Called when the supervisor is told to end; true: at once.</summary>
    public required Action<bool> Stop { get; init; }

    /// <summary>An id that no other supervisor has.</summary>
    public static string NewId() => $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Runs until cancelled. While Redis is away it shows nothing, and goes on.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using PeriodicTimer timer = new(Beat, time);
            do await BeatAsync(cancellationToken);
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        try
        {
            await client.Workers.HideAsync(id, CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            // it is forgotten some seconds later
        }
    }

    internal async Task BeatAsync(CancellationToken cancellationToken)
    {
        string want;
        try
        {
            want = await client.Workers.ShowAsync(
                new SupervisorInfo
                {
                    Id = id,
                    Host = Environment.MachineName,
                    ProcessId = Environment.ProcessId,
                    StartedAt = startedAt,
                    Workers = supervisor.Workers,
                    Processes = supervisor.Processes,
                    Autoscaled = autoscaled,
                },
                cancellationToken);
        }
        catch (RedisUnavailableException)
        {
            lastSeen.Clear(); // nobody could beat: they get their time again
            return;
        }

        await KillHungAsync(cancellationToken);
        if (want is "drain" or "stop")
        {
            LogEnds(want);
            Stop(want == "stop");
        }
        else if (int.TryParse(want, out int workers) && workers is >= 0 and <= SupervisorOptions.MostWorkers && !autoscaled)
        {
            LogResized(supervisor.Workers, workers);
            supervisor.Resize(workers);
        }
    }

    /// <summary>A worker that Redis knows nothing of, while it answers us, is stopped, or its loops are stuck; its tasks run elsewhere by now.</summary>
    private async Task KillHungAsync(CancellationToken cancellationToken)
    {
        HashSet<int> alive;
        try
        {
            alive = [.. (await client.Workers.ListAsync(cancellationToken)).Where(worker => worker.Supervisor == id).Select(worker => worker.ProcessId)];
        }
        catch (RedisUnavailableException)
        {
            lastSeen.Clear();
            return;
        }

        IReadOnlyCollection<int> running = supervisor.ProcessIds, ready = supervisor.ReadyProcesses;
        foreach (int gone in lastSeen.Keys.Except(running).ToArray())
            lastSeen.Remove(gone);
        foreach (int process in running)
        {
            bool known = lastSeen.TryGetValue(process, out (long At, bool HadLease) seen);
            // A worker has its lease a moment before it says that it is ready; one that hangs between the two holds it, too.
            if (alive.Contains(process) || (!seen.HadLease && ready.Contains(process)))
                lastSeen[process] = (time.GetTimestamp(), true);
            else if (!known)
                lastSeen[process] = (time.GetTimestamp(), false);
            else if (time.GetElapsedTime(seen.At) >= (seen.HadLease ? HangsAfter : StartsWithin))
                supervisor.KillHung(process);
        }
    }

    [LoggerMessage(4010, LogLevel.Information, "Told to {Order} from elsewhere.")]
    private partial void LogEnds(string order);

    [LoggerMessage(4011, LogLevel.Information, "Told from elsewhere to go from {From} to {To} worker(s).")]
    private partial void LogResized(int from, int to);
}
