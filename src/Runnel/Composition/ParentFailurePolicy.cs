namespace Runnel;

/// <summary>What becomes of a task when one that it waits for does not complete: it became a dead letter, was cancelled, or expired.</summary>
public enum ParentFailurePolicy
{
    /// <summary>The task is cancelled, with the reason <c>parent</c>, and so are those that wait for it.</summary>
    Cancel,

    /// <summary>It runs all the same once all have ended.</summary>
    Run,
}
