namespace Runnel.Autoscaling.Simulation;

/// <summary>Kubernetes' HorizontalPodAutoscaler on utilization, for comparison.</summary>
/// <remarks>Source: kubernetes.io, "Horizontal Pod Autoscaling": desired = ceil(current * metric / target), no change while metric / target is
/// within 10 % of 1, at most the larger of 4 pods and 100 % more in 15 seconds, and downwards the highest desired number of the last 5 minutes.
/// It keeps at least one worker: without one there is no utilization.</remarks>
public sealed class HorizontalPodRule(ScalingOptions options) : IScalingRule
{
    private const double Tolerance = 0.1;
    private static readonly TimeSpan Stabilization = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GrowthPeriod = TimeSpan.FromSeconds(15);
    private readonly Queue<(DateTimeOffset At, int Desired)> recent = new();

    /// <inheritdoc/>
    public string Name => "hpa";

    /// <inheritdoc/>
    public int Decide(ScalingState state)
    {
        int current = Math.Max(1, state.Workers);
        double ratio = Math.Min(1, state.BusySlots / (current * state.SlotsPerWorker)) / options.UtilizationTarget;
        int desired = Math.Abs(ratio - 1) <= Tolerance ? current : (int)Math.Ceiling((current * ratio) - 1e-9);
        desired = Math.Clamp(desired, Math.Max(1, options.MinWorkers), options.MaxWorkers);
        while (recent.TryPeek(out (DateTimeOffset At, int Desired) oldest) && state.At - oldest.At > Stabilization)
            recent.Dequeue();
        recent.Enqueue((state.At, desired));
        double periods = Math.Max(1, Math.Floor(options.Interval / GrowthPeriod));
        double most = current;
        for (int i = 0; i < periods && most < options.MaxWorkers; i++)
            most = Math.Max(most + 4, most * 2);
        return desired >= current ? (int)Math.Min(desired, most) : Math.Min(current, recent.Max(look => look.Desired));
    }
}
