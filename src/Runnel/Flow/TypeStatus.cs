namespace Runnel;

/// <summary>One task type's rules, and how many of its tasks they hold.</summary>
public sealed record TypeStatus
{
    /// <summary>The task type.</summary>
    public required string Type { get; init; }

    /// <summary>True while none of its tasks is started.</summary>
    public bool Paused { get; init; }

    /// <summary>Most of its tasks at once, over all workers; null for no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>How many of its tasks may start in a time, as the time between two and the burst; null for no limit.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>Tasks that flow control admitted and that have not ended.</summary>
    public long Admitted { get; init; }

    /// <summary>Tasks set aside, since the type is or was paused.</summary>
    public long Parked { get; init; }

    /// <summary>Tasks that wait for a worker that takes the type.</summary>
    public long InSidings { get; init; }
}
