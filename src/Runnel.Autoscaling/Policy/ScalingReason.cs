namespace Runnel.Autoscaling;

/// <summary>What decided on the number of workers.</summary>
public enum ScalingReason
{
    /// <summary>All targets are met; nothing is to change.</summary>
    Steady,

    /// <summary>The number was under the least or over the most that is allowed.</summary>
    Bounds,

    /// <summary>The queue is paused.</summary>
    Paused,

    /// <summary>A change is due, but the last one is too recent.</summary>
    Cooldown,

    /// <summary>There was no worker, and there is a task.</summary>
    FromZero,

    /// <summary>The latency target is missed, or will be.</summary>
    Latency,

    /// <summary>More slots are in use or asked for than the threshold allows.</summary>
    Utilization,

    /// <summary>More tasks wait per worker than are allowed.</summary>
    Backlog,

    /// <summary>Fewer tasks per second are completed than are to be.</summary>
    Throughput,

    /// <summary>Almost nothing runs, and tasks wait less than half the latency target.</summary>
    LowUtilization,

    /// <summary>Fewer workers would have been enough for some time.</summary>
    Surplus,

    /// <summary>Nothing waits, runs or comes.</summary>
    Idle,
}
