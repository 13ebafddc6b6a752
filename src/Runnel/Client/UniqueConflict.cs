namespace Runnel;

/// <summary>What becomes of a submission whose key another task holds.</summary>
public enum UniqueConflict
{
    /// <summary>Nothing is submitted; the other task's id is returned.</summary>
    ReturnExisting,

    /// <summary>Nothing is submitted; <see cref="DuplicateTaskException"/> names the other task.</summary>
    Reject,

    /// <summary>The other task, while it waits, gets this one's type, payload and options, keeps its id, and waits anew, for its whole
    /// delay: a burst of submissions becomes one task with the last payload. One that runs, or that ended within its window, cannot be
    /// replaced: <see cref="DuplicateTaskException"/>.</summary>
    Replace,
}
