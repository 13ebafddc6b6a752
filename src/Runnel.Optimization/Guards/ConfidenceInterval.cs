namespace Runnel.Optimization;

/// <summary>A statistic and where resamples of its data put it.</summary>
/// <param name="Estimate">Of the data as they are.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct ConfidenceInterval(double Estimate, double Low, double High);
