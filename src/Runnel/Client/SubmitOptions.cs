namespace Runnel;

/// <summary>How one task is queued, tried and given up.</summary>
public sealed record SubmitOptions
{
    internal static readonly SubmitOptions Default = new();

    /// <summary>Which tasks it goes before. Default: normal.</summary>
    public TaskPriority Priority { get; init; } = TaskPriority.Normal;

    /// <summary>Attempts after the first, 0 to 1,000. Default: 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Longest run of one attempt, whole seconds from 1 second to 30 days; then its token is cancelled. Default: 3,600 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>An id of your own, 1 to 200 characters without blanks; makes submission repeatable: while a task with this id is known (until
    /// its retention is over), submitting it again changes nothing and returns the id. Default: null, Redis gives one.</summary>
    public string? Id { get; init; }

    /// <summary>Time to wait before the task is queued, up to a year; not together with <see cref="DueAt"/>. Default: none.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>When the task is to be queued; a time in the past means now. Compared with Redis's clock. Default: none.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When the task is not worth starting any more: it ends as expired if no attempt began by then. Default: none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When all attempts must be over: a running one is cancelled then, and none follows. Default: none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Waits between its attempts. Default: null, as the task type has it (2^n seconds).</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Ids of tasks and batches, up to 1,000, that must end before this task is queued; <see cref="Delay"/> counts from the last of
    /// them. Each must be known when this is submitted; one task may have 1,000 that wait for it. Default: none.</summary>
    public IReadOnlyList<string>? After { get; init; }

    /// <summary>What becomes of the task when one of <see cref="After"/> ends without being completed. Default: it is cancelled.</summary>
    public ParentFailurePolicy AfterFailure { get; init; } = ParentFailurePolicy.Cancel;

    /// <summary>What must have happened before the submission counts as accepted. Each such submission waits for a round trip to the replicas or
    /// disk; many at once share it. Default: null, as Redis is set up: it is in its memory, and on disk by its own persistence.</summary>
    /// <remarks>Where it is not met, submitting throws <see cref="DurabilityNotMetException"/>: the task is queued all the same.</remarks>
    public Durability? Durability { get; init; }

    /// <summary>Makes it the only task with a key. Costs a script call and a record. Default: null, it is not unique.</summary>
    public UniqueOptions? Unique { get; init; }

    /// <summary>Shares the workers fairly with other groups, however many tasks each has waiting; 1 to 200 characters without blanks.
    /// Weight and limit: <see cref="FlowControl.SetGroupAsync"/>. Costs a script call and a record. Default: null, it goes right into its
    /// stream.</summary>
    public string? Group { get; init; }

    /// <summary>Counts the task against the rate limit that <see cref="FlowControl.SetRateAsync"/> sets for this key; 1 to 200 characters
    /// without blanks. Costs as <see cref="Group"/>. Default: null.</summary>
    public string? RateKey { get; init; }

    /// <summary>Names what a worker has to make ready for the task, as a data set; 1 to 200 characters without blanks. A worker that holds it
    /// (<see cref="IAffinitySource"/>) prefers the task among those with a <see cref="Group"/> or <see cref="RateKey"/> whose turn it is; no worker
    /// waits for another. Default: null, all workers suit alike.</summary>
    public string? Affinity { get; init; }

    /// <summary>True where the task waits for others.</summary>
    internal bool HasParents => After is { Count: > 0 };

    /// <summary>True where one XADD is not enough: the task needs a record from the start.</summary>
    internal bool NeedsRecord => Id is not null || Delay is not null || DueAt is not null || Unique is not null || NeedsTurn;

    /// <summary>True where the task waits for its turn before it enters a stream.</summary>
    internal bool NeedsTurn => Group is not null || RateKey is not null;

    internal void Validate()
    {
        if (ReferenceEquals(this, Default))
            return;
        if (Id is not null && (Id.Length is 0 or > 200 || Id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))))
            throw new PayloadException("id", $"id is '{Id}'; give 1 to 200 characters without blanks, or leave it out.");
        if (Delay is not null && DueAt is not null)
            throw new PayloadException("delay", $"delay is {Delay} and due_at is {DueAt:O}; give one of them.");
        if (Delay < TimeSpan.Zero || Delay > TimeSpan.FromDays(366))
            throw new PayloadException("delay", $"delay is {Delay}; give zero to 366 days.");
        ValidateParents();
        Unique?.Validate(Id);
        if (Unique is not null && HasParents)
            throw new PayloadException("unique", "unique and after are given together; give one of them: a task that waits for others cannot be unique.");
        if (Group is not null)
            FlowControl.CheckName("group", Group);
        if (RateKey is not null)
            FlowControl.CheckName("rate_key", RateKey);
        if (Affinity is not null)
            FlowControl.CheckName("affinity", Affinity);
        if (!Enum.IsDefined(Priority))
            throw new PayloadException("priority", $"priority is {(int)Priority}; give low (1), normal (5), high (10) or critical (20).");
        if (MaxRetries is < 0 or > 1000)
            throw new PayloadException("max_retries", $"max_retries is {MaxRetries}; give 0 to 1000.");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromDays(30))
            throw new PayloadException("timeout", $"timeout is {Timeout.TotalSeconds} s; give 1 to 2592000 seconds (30 days).");
    }

    private void ValidateParents()
    {
        if (!Enum.IsDefined(AfterFailure))
            throw new PayloadException("after_failure", $"after_failure is {(int)AfterFailure}; give cancel (0) or run (1).");
        if (After is null)
            return;
        if (After.Count > 1000)
            throw new PayloadException("after", $"after names {After.Count} tasks; give up to 1000, or wait for a batch of them.");
        if (After.FirstOrDefault(parent => string.IsNullOrEmpty(parent) || parent.Length > 200) is { } wrong)
            throw new PayloadException("after", $"after names the task '{wrong}'; give ids as submission returned them.");
        if (Id is not null && After.Contains(Id, StringComparer.Ordinal))
            throw new PayloadException("after", $"after names the task '{Id}' itself; leave that out.");
    }
}
