using System.Globalization;
using System.Text.Json;

namespace Runnel.Oracles;

/// <summary>Collects differences between what a case expects and what we got.</summary>
public sealed class Comparison
{
    /// <summary>Relative, for prices, sizes and indicators.</summary>
    public const double Tight = 1e-9;

    /// <summary>Relative, for pnl, equity and statistics.</summary>
    public const double Loose = 1e-6;

    // Cash and percentages that are zero but for rounding have no relative difference worth a name.
    private const double Nothing = 1e-9;

    private readonly List<string> problems = [];

    /// <summary>Largest relative difference of all numbers compared.</summary>
    public double Largest { get; private set; }

    public IReadOnlyList<string> Problems => problems;

    public void Fail(string problem) => problems.Add(problem);

    public void Same<T>(string name, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            problems.Add($"{name} is {actual}, expected {expected}");
    }

    /// <summary>Prices, sizes and indicator values: relative alone.</summary>
    public void Close(string name, double expected, double actual) =>
        Judge(name, expected, actual, expected == actual ? 0 : Math.Abs(expected - actual) / Math.Max(Math.Abs(expected), Math.Abs(actual)), Tight);

    /// <summary>Cash, percentages and ratios.</summary>
    public void Near(string name, double expected, double actual, double tolerance = Loose)
    {
        double distance = Math.Abs(expected - actual);
        double relative = distance == 0 ? 0 : distance / Math.Max(Math.Abs(expected), Math.Abs(actual));
        Judge(name, expected, actual, distance <= Nothing ? Math.Min(relative, distance) : relative, tolerance);
    }

    /// <summary>A figure that may be undefined (null in the file).</summary>
    public void Near(string name, JsonElement expected, double? actual)
    {
        double? wanted = expected.ValueKind == JsonValueKind.Null ? null : expected.GetDouble();
        if (wanted is null || actual is null)
            Same(name, wanted, actual);
        else
            Near(name, wanted.Value, actual.Value);
    }

    public CaseReport Report(string counted) => problems.Count == 0
        ? new CaseReport(true, string.Create(CultureInfo.InvariantCulture, $"{counted}, largest relative difference {Largest:0.0e+0}"))
        : new CaseReport(false, string.Create(CultureInfo.InvariantCulture, $"{problems[0]}{(problems.Count > 1 ? $" ({problems.Count - 1} more)" : "")}, largest relative difference {Largest:0.0e+0}"));

    private void Judge(string name, double expected, double actual, double difference, double tolerance)
    {
        Largest = Math.Max(Largest, difference);
        if (!(difference <= tolerance))
            problems.Add($"{name} is {actual:R}, expected {expected:R}");
    }
}
