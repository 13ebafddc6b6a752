namespace Runnel;

/// <summary>How a batch is submitted, and what follows it.</summary>
public sealed record BatchOptions
{
    /// <summary>The batch's id, 1 to 100 characters without blanks; its members are ID.0, ID.1, and so on. With an id of your own a submission
    /// that broke off is repeated with the same payloads: what was accepted before is not submitted again. Default: null, one is made.</summary>
    public string? Id { get; init; }

    /// <summary>Priority, retries, timeout and so on of each member; not an id, a delay, a due time or parents. Default: the defaults.</summary>
    public SubmitOptions? Members { get; init; }

    /// <summary>What all payloads have in common, stored once: each payload is then a JSON Merge Patch (RFC 7396) of it, so objects are merged
    /// name by name, null takes a name out, and anything else replaces. Handlers get the whole. Written as a JSON object, for instance from an
    /// anonymous type. Kept with the batch. Default: null, each payload is whole.</summary>
    public object? Base { get; init; }

    /// <summary>Members that may be in Redis without having ended, 1 to 1,000,000: beyond it the payloads are not read on. Default: 10,000.</summary>
    public int MaxInFlight { get; init; } = 10_000;

    /// <summary>Task that runs once all members have ended, however they ended. Its id is ID.completed. Default: none.</summary>
    public TaskDraft? OnCompleted { get; init; }

    /// <summary>Task that runs once all members are completed; cancelled if one ends otherwise. Its id is ID.success. Default: none.</summary>
    public TaskDraft? OnSuccess { get; init; }

    internal SubmitOptions Validate()
    {
        if (Id is not null && (Id.Length is 0 or > 100 || Id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))))
            throw new PayloadException("id", $"The batch's id is '{Id}'; give 1 to 100 characters without blanks, or leave it out.");
        if (MaxInFlight is < 1 or > 1_000_000)
            throw new PayloadException("max_in_flight", $"max_in_flight is {MaxInFlight}; give 1 to 1000000.");
        SubmitOptions members = Members ?? SubmitOptions.Default;
        members.Validate();
        if (members.Unique is not null)
            throw new PayloadException("unique", "members of a batch are unique; leave that out: all of them would have the same key.");
        if ((OnCompleted?.Options?.Unique ?? OnSuccess?.Options?.Unique) is not null)
            throw new PayloadException("unique", "what follows a batch is unique; leave that out: it waits for the batch, and a task that waits cannot be unique.");
        return members.Id is null && members.Delay is null && members.DueAt is null && !members.HasParents
            ? members
            : throw new PayloadException("members", "members of a batch have an id, a delay, a due time or parents; leave these out: the batch gives the ids, "
                + "and its members are queued at once.");
    }
}
