namespace Runnel;

/// <summary>Makes a task the only one with its key. The key is taken when the task is accepted, in one step with it, and given up by the
/// scripts that start or end the task: a worker's death neither loses nor leaks it.</summary>
/// <param name="Key">What must be unique in the queue, over all task types; 1 to 200 characters without blanks.</param>
public sealed record UniqueOptions(string Key)
{
    /// <summary>How long the key is held. Default: until the task is done. A task that is cancelled, expires or becomes a dead letter gives
    /// it up at once.</summary>
    public UniqueScope Scope { get; init; } = UniqueScope.UntilDone;

    /// <summary>What becomes of a submission whose key is taken. Default: the id of the task that has it is returned.</summary>
    public UniqueConflict Conflict { get; init; } = UniqueConflict.ReturnExisting;

    internal string ToWire() => $"{Scope.Mode}:{Key}";

    internal void Validate(string? id)
    {
        if (string.IsNullOrEmpty(Key) || Key.Length > 200 || Key.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new PayloadException("unique", $"unique has the key '{Key}'; give 1 to 200 characters without blanks.");
        if (!Enum.IsDefined(Conflict))
            throw new PayloadException("unique", $"unique has the conflict {(int)Conflict}; give ReturnExisting, Reject or Replace.");
        if (Conflict == UniqueConflict.Replace && id is not null)
            throw new PayloadException("unique", $"unique replaces the waiting task, which keeps its id, but id is '{id}'; leave one of them out.");
    }
}
