namespace Runnel;

/// <summary>What the queue knows of one task, read in one atomic step.</summary>
public sealed record TaskInfo
{
    /// <summary>The id that submission returned.</summary>
    public required string Id { get; init; }

    /// <summary>The task type; empty where an unreadable entry did not say.</summary>
    public required string Type { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required TaskState State { get; init; }

    /// <summary>Its priority.</summary>
    public TaskPriority Priority { get; init; }

    /// <summary>The present or last attempt, counted from 1; for a queued or retrying task the one that comes next.</summary>
    public int Attempt { get; init; }

    /// <summary>Retries it may spend after its first attempt.</summary>
    public int MaxRetries { get; init; }

    /// <summary>When it was submitted (UTC, Redis time).</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When the present or last attempt was delivered (UTC); null before the first.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the next attempt is due (UTC); null unless retrying or scheduled, and while it waits for others.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Tasks and batches that must end before this one is queued (<see cref="SubmitOptions.After"/>); it is scheduled while there are any.</summary>
    public int WaitsFor { get; init; }

    /// <summary>When it ended (UTC); null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The worker that holds it or finished it.</summary>
    public string? Worker { get; init; }

    /// <summary>The last progress its handler reported.</summary>
    public TaskProgress? Progress { get; init; }

    /// <summary>Why it is a dead letter: <c>failed</c>, <c>timeout</c>, <c>rejected</c>, <c>no_handler</c>, <c>poison</c> or <c>unreadable</c>;
    /// <c>parent</c> for a task that was cancelled since one that it waited for did not complete.</summary>
    public string? Reason { get; init; }

    /// <summary>Failed attempts, oldest first; the last 20 are kept.</summary>
    public IReadOnlyList<TaskError> Errors { get; init; } = [];
}
