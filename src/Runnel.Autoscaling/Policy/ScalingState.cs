namespace Runnel.Autoscaling;

/// <summary>What was measured of a queue and its workers, all that a decision depends on beside <see cref="ScalingMemory"/>.</summary>
public sealed record ScalingState
{
    /// <summary>When (UTC, Redis time).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the queue is paused.</summary>
    public bool Paused { get; init; }

    /// <summary>Workers that the actuator keeps.</summary>
    public required int Workers { get; init; }

    /// <summary>Tasks that one worker runs at once.</summary>
    public required double SlotsPerWorker { get; init; }

    /// <summary>Tasks that wait.</summary>
    public required long Waiting { get; init; }

    /// <summary>For how long the oldest of them waits.</summary>
    public TimeSpan OldestWaiting { get; init; }

    /// <summary>Tasks that run now.</summary>
    public long Running { get; init; }

    /// <summary>Slots in use, on average since the last measurement.</summary>
    public double BusySlots { get; init; }

    /// <summary>Tasks that came since the last measurement.</summary>
    public double Arrivals { get; init; }

    /// <summary>Time since the last measurement; zero for the first.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Tasks per second that come, smoothed over some minutes.</summary>
    public double ArrivalRate { get; init; }

    /// <summary>Attempts per second that ended since the last measurement.</summary>
    public double CompletionRate { get; init; }

    /// <summary>Mean time that an attempt takes, over the task types as they came lately; null while none has ended.</summary>
    public TimeSpan? ServiceTime { get; init; }

    /// <summary>Slots that the tasks ask for which come, smoothed: arrivals per second times seconds each; null while that is not known.</summary>
    public double? OfferedSlots => ServiceTime is { } service ? ArrivalRate * service.TotalSeconds : null;

    /// <summary>Share of all slots in use, a fraction; zero without workers.</summary>
    public double Utilization => Workers > 0 ? BusySlots / (Workers * SlotsPerWorker) : 0;
}
