namespace Runnel;

/// <summary>A task that will not be retried, kept whole with its error history until a person decides.</summary>
public sealed record DeadLetter
{
    /// <summary>The task as it ended.</summary>
    public required TaskInfo Task { get; init; }

    /// <summary>When it died (UTC, Redis time).</summary>
    public required DateTimeOffset DiedAt { get; init; }

    /// <summary>Its payload as JSON; for an unreadable entry its fields as they came, a JSON list of names and values.</summary>
    public required string Payload { get; init; }
}
