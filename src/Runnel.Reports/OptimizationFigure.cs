namespace Runnel.Reports;

/// <summary>A figure with what it says.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Value">As a reader reads it; a dash where undefined.</param>
/// <param name="Meaning">In a sentence.</param>
public sealed record OptimizationFigure(string Label, string Value, string Meaning);
