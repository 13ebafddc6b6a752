namespace Runnel.Autoscaling.Simulation;

/// <summary>Something that decides on a number of workers, with a memory of its own; one for each run.</summary>
public interface IScalingRule
{
    /// <summary>Its name, for tables.</summary>
    string Name { get; }

    /// <summary>How many workers there are to be.</summary>
    int Decide(ScalingState state);
}
