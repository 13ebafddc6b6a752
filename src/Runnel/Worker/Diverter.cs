using Microsoft.Extensions.Logging;
using Runnel.Flow;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Has delivered tasks wait that must not run now, or not here: in their lanes, aside while their type is paused, or in sidings for
/// workers that take their type.</summary>
internal sealed partial class Diverter(SettleScripts scripts, FlowRules rules, TypeChoice choice, Recovery recovery, ILogger<Diverter> logger)
{
    /// <summary>True where a task must not run now on this worker, as far as it knows; Redis decides.</summary>
    public bool MustWait(TaskEntry entry) => !choice.Takes(entry) || rules.MustWait(entry);

    /// <param name="entries">What must wait.</param>
    /// <param name="surplus">What has no slot here, and waits for this or another worker that takes its type.</param>
    /// <returns>Those that are to run now all the same.</returns>
    public async Task<List<TaskEntry>> DivertAsync(IEnumerable<TaskEntry> entries, IEnumerable<TaskEntry> surplus)
    {
        List<TaskEntry> run = [];
        foreach (IGrouping<int, Diverted> level in entries.Select(PlaceOf).Concat(surplus.Select(SidedAt)).GroupBy(d => d.Entry.Level))
            run.AddRange(await DivertLevelAsync([.. level]));
        foreach (TaskEntry entry in surplus)
            choice.Hear(entry.Type);
        return run;
    }

    private Diverted PlaceOf(TaskEntry entry) => choice.Takes(entry) && !rules.NeedsTurn(entry) ? new(entry, null, null) : SidedAt(entry);

    // One that has had no turn yet gets that first, so that groups share the slots as if all workers took all types.
    private Diverted SidedAt(TaskEntry entry) => rules.NeedsTurn(entry)
        ? new(entry, QueueKeys.LaneOf(entry.Priority, entry.Group, entry.Type, entry.RateKey), null)
        : new(entry, null, TypeChoice.SidingOf(entry));

    private async Task<IEnumerable<TaskEntry>> DivertLevelAsync(Diverted[] tasks)
    {
        try
        {
            return await scripts.DivertAsync(tasks);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            recovery.Suspect(); // the audit finds what is delivered to us and unknown here
            LogNotDiverted(e, tasks.Length);
            return [];
        }
    }

    [LoggerMessage(2041, LogLevel.Warning, "Could not have {Count} task(s) wait for their turn; they are handed back.")]
    private partial void LogNotDiverted(Exception exception, int count);
}

/// <summary>A delivered task that is to wait.</summary>
/// <param name="Entry">The task.</param>
/// <param name="Lane">The lane in which it is to wait for its turn, or null.</param>
/// <param name="Siding">The siding in which it is to wait for another worker, or null.</param>
internal sealed record Diverted(TaskEntry Entry, string? Lane, string? Siding);
