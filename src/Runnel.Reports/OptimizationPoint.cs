namespace Runnel.Reports;

/// <summary>A trial.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Parameters">A value for each parameter that varied, NaN for one without a part.</param>
/// <param name="Value">Its metric.</param>
public sealed record OptimizationPoint(long Trial, IReadOnlyList<double> Parameters, double Value);
