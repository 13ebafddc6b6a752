using Microsoft.Extensions.Logging;
using Runnel.Cli.CommandLine;
using Runnel.Supervision;

namespace Runnel.Cli.Commands;

/// <summary>The supervisors of one command: one for each queue, on one Redis. They end together.</summary>
internal sealed class WorkerFleet : IAsyncDisposable
{
    private readonly List<(QueueSession Session, Supervisor Supervisor, string Id)> members = [];

    public IEnumerable<Supervisor> Supervisors => members.Select(member => member.Supervisor);

    /// <summary>Connects to each queue; an unreachable Redis is said here, once.</summary>
    public static async Task<WorkerFleet> OpenAsync(
        Settings settings, QueueShares shares, int workers, IReadOnlyList<string> flags, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        WorkerFleet fleet = new();
        try
        {
            foreach ((string queue, int count) in shares.Queues.Zip(shares.Allot(workers)))
            {
                Settings own = settings.For(queue);
                QueueSession session = fleet.members.Count == 0
                    ? await QueueSession.OpenAsync(own, cancellationToken)
                    : await QueueSession.OpenAsync(own, fleet.members[0].Session.RedisUrl, local: null, cancellationToken);
                string id = SupervisorLink.NewId();
                SupervisorOptions options = WorkerVerb.OptionsOf(session, id, count, flags, label: shares.Queues.Skip(1).Any() ? queue + " " : "");
                fleet.members.Add((session, new Supervisor(options, Console.Out, Console.Error, TimeProvider.System, loggers.CreateLogger<Supervisor>()), id));
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs until told to stop, or until the workers of one queue cannot run: then the others drain too.</summary>
    /// <returns>The worst of how they ended.</returns>
    public async Task<SupervisorOutcome> RunAsync(ILoggerFactory loggers, StopSignals signals) => await WorkerVerb.NotifyingAsync(
        [.. Supervisors],
        async () => (await Task.WhenAll(members.Select(member => RunAsync(member.Session, member.Supervisor, member.Id, loggers, signals)))).Max(),
        signals.Stop);

    public async ValueTask DisposeAsync()
    {
        foreach ((QueueSession session, _, _) in Enumerable.Reverse(members)) // the first holds the private Redis of all
            await session.DisposeAsync();
    }

    private static async Task<SupervisorOutcome> RunAsync(QueueSession session, Supervisor supervisor, string id, ILoggerFactory loggers, StopSignals signals)
    {
        try
        {
            return await WorkerVerb.RunAsync(session, supervisor, id, autoscaled: false, loggers, signals);
        }
        finally
        {
            signals.Request(now: false);
        }
    }
}
