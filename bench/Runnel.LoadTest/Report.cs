using System.Text.Json;

namespace Runnel.LoadTest;

/// <summary>Rows as they are measured: printed at once, and written as JSON at the end.</summary>
internal sealed class Report
{
    private readonly List<Row> rows = [];

    /// <summary>One measured row.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="value">The median.</param>
    /// <param name="unit">Unit of value and baseline.</param>
    /// <param name="baseline">What the same run's baseline reached.</param>
    /// <param name="note">Where the limit lies, or what the figure leaves out.</param>
    public void Add(string name, double value, string unit, double? baseline = null, string note = "")
    {
        Row row = new(name, value, unit, baseline, baseline is > 0 ? value / baseline : null);
        rows.Add(row);
        string compared = row.Ratio is { } ratio ? $"{baseline,12:N1}  {ratio,6:P0}" : "";
        Console.WriteLine($"{name,-58} {value,12:N2} {unit,-9} {compared}  {note}".TrimEnd());
    }

    public Task WriteAsync(string file) => File.WriteAllTextAsync(file, JsonSerializer.Serialize(rows, Indented));

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private sealed record Row(string Name, double Value, string Unit, double? Baseline, double? Ratio);
}
