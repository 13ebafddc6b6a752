using System.Collections.Concurrent;

namespace Runnel.Control;

/// <summary>Adds up, by task type, how many attempts ended in this process and how long they took, until a beat takes the sums away.</summary>
internal sealed class ServiceTimes
{
    private readonly ConcurrentDictionary<string, Sum> sums = new(StringComparer.Ordinal);

    private long attempts;

    /// <summary>All attempts that ended here so far.</summary>
    public long Attempts => Interlocked.Read(ref attempts);

    public void Note(string type, TimeSpan taken)
    {
        Sum sum = sums.GetOrAdd(type, _ => new Sum());
        Interlocked.Increment(ref attempts);
        Interlocked.Increment(ref sum.Count);
        Interlocked.Add(ref sum.Microseconds, (long)taken.TotalMicroseconds);
    }

    /// <summary>What came since the last call.</summary>
    public List<(string Type, long Count, long Microseconds)> Take()
    {
        List<(string, long, long)> taken = [];
        foreach ((string type, Sum sum) in sums)
        {
            if (Interlocked.Exchange(ref sum.Count, 0) is > 0 and long count)
                taken.Add((type, count, Interlocked.Exchange(ref sum.Microseconds, 0)));
        }

        return taken;
    }

    private sealed class Sum
    {
        public long Count;
        public long Microseconds;
    }
}
