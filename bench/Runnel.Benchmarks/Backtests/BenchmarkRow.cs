namespace Runnel.Benchmarks.Backtests;

/// <summary>One line of the report.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Bar">What it has to reach, or may not exceed for bytes.</param>
/// <param name="Ceiling">The hand-written loop for the same rules, in the same unit; null where there is none.</param>
public sealed record BenchmarkRow(string Name, double Value, string Unit, double Bar, double? Ceiling)
{
    /// <summary>Ours over the ceiling.</summary>
    public double? Ratio => Value / Ceiling;
}
