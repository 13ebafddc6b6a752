namespace Runnel.Reports;

/// <summary>Trials by two metrics, those that no other beats among them.</summary>
/// <param name="Across">The first metric.</param>
/// <param name="Up">The second.</param>
/// <param name="Front">The trials that no other beats in every metric, by the first one.</param>
/// <param name="Others">Of the other trials at least a part.</param>
public sealed record OptimizationFrontPlot(string Across, string Up, IReadOnlyList<OptimizationFrontPoint> Front, IReadOnlyList<OptimizationFrontPoint> Others);

/// <summary>A trial by two metrics.</summary>
/// <param name="Label">What it is, for instance its parameters.</param>
/// <param name="Across">Its first metric.</param>
/// <param name="Up">Its second.</param>
public sealed record OptimizationFrontPoint(string Label, double Across, double Up);
