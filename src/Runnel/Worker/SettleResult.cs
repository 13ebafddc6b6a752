namespace Runnel.Worker;

/// <summary>What Redis said to the end of an attempt. The numbers are those of the scripts.</summary>
internal enum SettleResult
{
    /// <summary>This consumer no longer owns the task: nothing was written.</summary>
    Refused = 0,

    /// <summary>Written.</summary>
    Done = 1,

    /// <summary>The task was to be cancelled: it is, instead of another attempt.</summary>
    Cancelled = 2,
}
