using Microsoft.Extensions.Logging;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Exchanges tasks for which this process would have to make ready for ones that wait behind them and for which it is ready. Never
/// leaves a slot empty for that, and a task is passed over a few times only.</summary>
internal sealed partial class AffinityChoice(
    IReadOnlyList<IAffinitySource> sources, QueueKeys keys, WorkerOptions options, SettleScripts scripts, Recovery recovery, ILogger<AffinityChoice> logger)
{
    /// <summary>So often a task may be passed over.</summary>
    public const int MostPasses = 3;

    private const int MostHeld = 32;

    /// <returns>The tasks to run, as many as were given, or fewer where Redis did not answer.</returns>
    public async ValueTask<List<TaskEntry>> PreferAsync(List<TaskEntry> entries)
    {
        if (sources.Count == 0 || !entries.Exists(IsExchangeable))
            return entries;
        string[] held = [.. sources.SelectMany(source => source.Held).Distinct(StringComparer.Ordinal).Take(MostHeld)];
        if (held.Length == 0)
            return entries;
        List<TaskEntry> chosen = new(entries.Count);
        foreach (TaskEntry entry in entries)
        {
            if (!IsExchangeable(entry) || held.Contains(entry.Affinity, StringComparer.Ordinal))
                chosen.Add(entry);
            else if (await ExchangeAsync(entry, held) is { } other)
                chosen.Add(other);
        }

        return chosen;
    }

    private static bool IsExchangeable(TaskEntry entry) =>
        entry is { Affinity: not null, HasSlot: true, HasRecord: true, Crashes: 0, Unreadable: null, Passes: < MostPasses };

    private async Task<TaskEntry?> ExchangeAsync(TaskEntry entry, string[] held)
    {
        try
        {
            return await scripts.ExchangeAsync(entry, held) ?? entry;
        }
        catch (RedisServerException e) when (QueueGroups.IsMissing(e))
        {
            return entry; // the streams are gone; what becomes of it shows when it ends
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            recovery.Suspect(); // the audit finds what is delivered to us and unknown here, be it this one or the other
            LogNotExchanged(e, entry.TaskId, options.Name, keys.Queue);
            return null;
        }
    }

    [LoggerMessage(2045, LogLevel.Warning, "Could not ask whether another task suits worker {Worker} of {Queue} better than {TaskId}; it is handed back.")]
    private partial void LogNotExchanged(Exception exception, string taskId, string worker, string queue);
}
