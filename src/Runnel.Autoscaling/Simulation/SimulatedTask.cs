namespace Runnel.Autoscaling.Simulation;

/// <summary>One task of a trace.</summary>
/// <param name="At">When it is submitted, in seconds from the trace's start.</param>
/// <param name="Service">How long it takes, in seconds.</param>
public readonly record struct SimulatedTask(double At, double Service);
