namespace Runnel;

/// <summary>What must have happened to a task's submission before it counts as accepted, beyond Redis having it in memory.</summary>
public sealed record Durability
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private Durability(bool fsynced, int replicas, TimeSpan timeout)
    {
        (IsFsynced, Replicas, Timeout) = (fsynced, replicas, timeout);
        if (replicas < (fsynced ? 0 : 1) || replicas > 100)
            throw new PayloadException("durability", $"durability asks for {replicas} replicas; give {(fsynced ? 0 : 1)} to 100.");
        if (timeout < TimeSpan.FromMilliseconds(1) || timeout > LongestWait)
            throw new PayloadException("durability", $"durability waits {timeout.TotalSeconds:0.###} s; give 1 millisecond to {LongestWait.TotalSeconds:0} seconds.");
    }

    /// <summary>True where the primary must have it on disk.</summary>
    public bool IsFsynced { get; }

    /// <summary>Replicas that must have it; with <see cref="IsFsynced"/>, on disk.</summary>
    public int Replicas { get; }

    /// <summary>Longest wait for that.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>That many replicas must have it in memory (WAIT). A failover to one of them keeps it; a failover to another one need not.</summary>
    /// <param name="replicas">1 to 100.</param>
    /// <param name="timeout">1 millisecond to 1 minute.</param>
    /// <exception cref="PayloadException">One of them is outside.</exception>
    public static Durability Replicated(int replicas, TimeSpan timeout) => new(fsynced: false, replicas, timeout);

    /// <summary>The primary must have it on disk (WAITAOF): Redis 7.2 or newer with <c>appendonly yes</c>.</summary>
    /// <param name="timeout">1 millisecond to 1 minute. With <c>appendfsync everysec</c> a second may pass.</param>
    /// <param name="replicas">Replicas that must have it on disk too, 0 to 100.</param>
    /// <exception cref="PayloadException">One of them is outside.</exception>
    public static Durability Fsynced(TimeSpan timeout, int replicas = 0) => new(fsynced: true, replicas, timeout);

    internal string Describe() => IsFsynced
        ? $"on the primary's disk{(Replicas > 0 ? $" and on those of {Replicas} replica(s)" : "")}"
        : $"on {Replicas} replica(s)";
}
