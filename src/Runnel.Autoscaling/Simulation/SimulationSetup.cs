namespace Runnel.Autoscaling.Simulation;

/// <summary>The world in which rules are compared.</summary>
public sealed record SimulationSetup
{
    /// <summary>Limits, interval and targets of all rules.</summary>
    public ScalingOptions Scaling { get; init; } = new();

    /// <summary>Tasks that one worker runs at once. Default: 1.</summary>
    public int SlotsPerWorker { get; init; } = 1;

    /// <summary>Time from the decision to the first task that a new worker takes. Default: 5 seconds.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(5);
}
