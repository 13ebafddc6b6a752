namespace Runnel.Autoscaling.Simulation;

/// <summary>The naive rule, for comparison: one worker more where a threshold is passed, one less where little is to be done, with one cooldown.</summary>
public sealed class ThresholdRule(ScalingOptions options) : IScalingRule
{
    private DateTimeOffset? changedAt;

    /// <inheritdoc/>
    public string Name => "threshold";

    /// <inheritdoc/>
    public int Decide(ScalingState state)
    {
        int to = state.Workers;
        if (state.Utilization > options.ScaleUpAbove || state.OldestWaiting > options.LatencyTarget || state.Waiting > options.BacklogPerWorker * state.Workers)
            to++;
        else if (state.Utilization < options.ScaleDownBelow && state.OldestWaiting < options.LatencyTarget / 2)
            to--;
        to = Math.Clamp(to, options.MinWorkers, options.MaxWorkers);
        TimeSpan cooldown = to > state.Workers ? options.CooldownUp : options.CooldownDown;
        if (to == state.Workers || state.At - changedAt < cooldown)
            return state.Workers;
        changedAt = state.At;
        return to;
    }
}
