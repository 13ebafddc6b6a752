namespace Runnel.Autoscaling.Simulation;

/// <summary>Our policy: <see cref="ScalingPolicy"/>.</summary>
public sealed class RunnelRule(ScalingOptions options) : IScalingRule
{
    private ScalingMemory memory = ScalingMemory.Empty;

    /// <inheritdoc/>
    public string Name => "runnel";

    /// <inheritdoc/>
    public int Decide(ScalingState state)
    {
        ScalingDecision decision = ScalingPolicy.Decide(state, memory, options);
        memory = decision.Memory;
        return decision.To;
    }
}
