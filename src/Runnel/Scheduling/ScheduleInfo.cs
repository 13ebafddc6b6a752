namespace Runnel;

/// <summary>A schedule and what it did so far.</summary>
public sealed record ScheduleInfo
{
    /// <summary>Its definition.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>When it fires next (UTC); null while it is paused, and where its expression ends.</summary>
    public DateTimeOffset? NextFire { get; init; }

    /// <summary>The last fire time for which a task was submitted (UTC); for a trigger when that was; null before the first.</summary>
    public DateTimeOffset? LastFire { get; init; }

    /// <summary>Id of its last task: <c>schedule:ID:FIRE_TIME</c> with the fire time in Unix milliseconds.</summary>
    public string? LastTaskId { get; init; }

    /// <summary>Tasks submitted so far.</summary>
    public long Submitted { get; init; }

    /// <summary>Fire times that passed since the previous task had not ended.</summary>
    public long Overlapped { get; init; }

    /// <summary>Fire times that passed since no worker was there in time.</summary>
    public long Missed { get; init; }
}
