namespace Runnel;

/// <summary>How a batch is, read in one step.</summary>
public sealed record BatchInfo
{
    /// <summary>The batch's id.</summary>
    public required string Id { get; init; }

    /// <summary>Task type of its members.</summary>
    public required string Type { get; init; }

    /// <summary>How many members it has; null while they are still being submitted (or where that broke off: submit it again with its id).</summary>
    public long? Total { get; init; }

    /// <summary>Members submitted so far.</summary>
    public long Submitted { get; init; }

    /// <summary>Members that are completed.</summary>
    public long Completed { get; init; }

    /// <summary>Members that are dead letters. One that is requeued counts here until it ends again.</summary>
    public long Failed { get; init; }

    /// <summary>Members that were cancelled or expired.</summary>
    public long Cancelled { get; init; }

    /// <summary>When its submission began (UTC, Redis time).</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When its last member ended (UTC, Redis time); null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When it was cancelled (UTC, Redis time); null if it was not. Members that run then end a little later.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }
}
