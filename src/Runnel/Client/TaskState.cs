namespace Runnel;

/// <summary>Where a task is in its life. It ends in one of the last five.</summary>
public enum TaskState
{
    /// <summary>Waits in a stream.</summary>
    Queued,

    /// <summary>A worker holds it.</summary>
    Running,

    /// <summary>An attempt failed; the next one is due later.</summary>
    Retrying,

    /// <summary>Submitted for a later time, or until other tasks have ended.</summary>
    Scheduled,

    /// <summary>Its handler returned; the result is kept for the retention time.</summary>
    Completed,

    /// <summary>A dead letter: it will not be retried until a person requeues it.</summary>
    Failed,

    /// <summary>A dead letter whose last attempt ran out of time.</summary>
    TimedOut,

    /// <summary>Cancelled before it completed.</summary>
    Cancelled,

    /// <summary>Its deadline passed before it was started.</summary>
    Expired,
}
