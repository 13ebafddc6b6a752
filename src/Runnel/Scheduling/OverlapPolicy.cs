namespace Runnel;

/// <summary>What a schedule does at a fire time when its previous task has not ended: it waits, runs, or is due for a retry.</summary>
public enum OverlapPolicy
{
    /// <summary>Submits the next task all the same.</summary>
    Allow,

    /// <summary>Submits none; this fire time passes.</summary>
    Skip,

    /// <summary>Submits one that starts when the previous one has ended. At most one waits behind; further fire times pass.</summary>
    Queue,

    /// <summary>Cancels the previous one and submits the next, which does not wait until a running handler has stopped.</summary>
    CancelPrevious,
}
