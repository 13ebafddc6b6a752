namespace Runnel;

/// <summary>What became of a request to cancel a task.</summary>
public enum CancelResult
{
    /// <summary>No such task is known.</summary>
    Unknown,

    /// <summary>It waited, and is cancelled.</summary>
    Cancelled,

    /// <summary>It runs; its handler's token is cancelled, and it ends when the handler stops.</summary>
    Cancelling,

    /// <summary>It had ended before.</summary>
    Ended,
}
