namespace Runnel.Reports;

/// <summary>A table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Columns">Heads of its columns.</param>
/// <param name="Rows">Its cells as text.</param>
public sealed record OptimizationTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
