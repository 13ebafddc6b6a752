using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Which task types this worker takes, and whether tasks of them may wait in sidings: where workers that do not take a type leave
/// its tasks. Known from the control channel at once and from each beat; what it wrongly holds for possible costs one look.</summary>
internal sealed class TypeChoice
{
    private readonly Lock sync = new();
    private readonly HashSet<string>? types;
    private CancellationTokenSource next = new(); // cancelled at the next news
    private bool mayPull;
    private long times;

    /// <param name="types">The types; none for all.</param>
    public TypeChoice(IEnumerable<string> types)
    {
        HashSet<string> names = new(types, StringComparer.Ordinal);
        this.types = names.Count > 0 ? names : null;
        Names = [.. names.Select(name => (RedisValue)name)];
    }

    /// <summary>The types; none for all.</summary>
    public RedisValue[] Names { get; }

    public bool IsLimited => types is not null;

    /// <summary>True while tasks for this worker may wait in sidings.</summary>
    public bool MayPull
    {
        get
        {
            lock (sync)
                return mayPull;
        }
    }

    /// <summary>How often it heard news of sidings with tasks for it.</summary>
    public long Times
    {
        get
        {
            lock (sync)
                return times;
        }
    }

    /// <summary>Cancelled at the first news after so many.</summary>
    public CancellationToken News(long after)
    {
        lock (sync)
            return times == after ? next.Token : new CancellationToken(canceled: true);
    }

    /// <summary>What cannot be read is taken by every worker: it becomes a dead letter, whatever its type.</summary>
    public bool Takes(TaskEntry entry) => types is null || entry.Unreadable is not null || types.Contains(entry.Type);

    /// <summary>Where a task waits for a worker that takes its type.</summary>
    public static string SidingOf(TaskEntry entry) => $"{QueueKeys.LevelOf(entry.Priority)} {entry.Type}";

    public static string TypeOf(string siding) => siding[(siding.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    /// <summary>A siding of that type has tasks.</summary>
    public void Hear(string type)
    {
        if (types is null || types.Contains(type))
            Tell(_ => true);
    }

    /// <summary>These sidings have tasks.</summary>
    public void Note(IEnumerable<string> sidings)
    {
        foreach (string siding in sidings)
            Hear(TypeOf(siding));
    }

    /// <summary>A limit has room for another task, which may be one that waits in a siding.</summary>
    public void HearOfRoom() => Tell(held => held);

    /// <summary>A look at the sidings found no more, unless something was heard since.</summary>
    /// <param name="before"><see cref="Times"/> before the look.</param>
    public void FoundEmpty(long before)
    {
        lock (sync)
            mayPull &= times != before;
    }

    private void Tell(Func<bool, bool> pulls)
    {
        CancellationTokenSource told;
        lock (sync)
        {
            mayPull = pulls(mayPull);
            if (!mayPull)
                return;
            times++;
            (told, next) = (next, new CancellationTokenSource());
        }

        told.Cancel();
    }
}
