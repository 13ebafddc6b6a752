using System.CommandLine;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel stats</c>: depth, workers and counters of a queue.</summary>
internal static class StatsVerb
{
    public static Command Create(CommonOptions common)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("stats", "Show a queue's depth, workers and counters.") { json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            QueueStats stats = await session.Client.GetStatsAsync(cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(JsonViews.Of(stats));
            else
                Print(stats, stats.InSidings > 0 ? await SidingsAsync(session.Client, stats.InSidings, cancellationToken) : null);
            return ExitCodes.Success;
        }));
        return command;
    }

    /// <summary>What waits for workers that take it, and for what there is none.</summary>
    private static async Task<string> SidingsAsync(RunnelClient client, long all, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkerInfo> workers = await client.Workers.ListAsync(cancellationToken);
        IEnumerable<string> types = (await client.Flow.GetAsync(cancellationToken)).Types.Where(type => type.InSidings > 0).Select(type =>
            $"{type.Type} {type.InSidings}{(workers.Any(worker => worker.Types.Count == 0 || worker.Types.Contains(type.Type, StringComparer.Ordinal)) ? "" : " (no worker takes it)")}");
        return $"{all}: {string.Join(", ", types)}";
    }

    private static void Print(QueueStats stats, string? sidings) => TextOutput.Fields(
    [
        ("queue", stats.Queue),
        ("group", stats.Group),
        ("paused", stats.Paused ? "yes; go on with: runnel resume" : null),
        ("paused types", stats.PausedTypes.Count > 0 ? string.Join(" ", stats.PausedTypes) : null),
        ("workers", $"{stats.Workers.Count}"),
        .. stats.Queued.OrderByDescending(level => level.Key).Select(level => ($"queued {Words.Of(level.Key)}", (string?)$"{level.Value}")),
        ("waiting for turn", stats.Gated > 0 ? $"{stats.Gated}" : null),
        ("set aside", stats.Parked > 0 ? $"{stats.Parked}" : null),
        ("in sidings", sidings),
        ("returned", $"{stats.Returned}"),
        ("running", $"{stats.Running}"),
        ("delayed", $"{stats.Delayed}"),
        ("dead letters", $"{stats.Dead}"),
        ("oldest waiting", stats.OldestWaiting is { } oldest ? Words.Seconds(oldest) : null),
        ("tasks_submitted", $"{stats.Submitted}"),
        ("tasks_completed", $"{stats.Completed}"),
        ("tasks_failed", $"{stats.Failed}"),
        ("tasks_retried", $"{stats.Retried}"),
        ("tasks_timeout", $"{stats.TimedOut}"),
        ("tasks_recovered", $"{stats.Recovered}"),
        ("stale results", $"{stats.StaleResults}"),
    ]);
}
