namespace Runnel.Autoscaling.Simulation;

/// <summary>One look of a rule at its world.</summary>
/// <param name="Seconds">Since the trace's start.</param>
/// <param name="Workers">Wanted after the decision.</param>
/// <param name="Waiting">Tasks waiting.</param>
/// <param name="OldestWaiting">Age of the oldest of them, in seconds.</param>
/// <param name="Busy">Slots in use.</param>
/// <param name="Arrivals">Tasks since the last look.</param>
public readonly record struct SimulationLook(double Seconds, int Workers, int Waiting, double OldestWaiting, int Busy, int Arrivals);
