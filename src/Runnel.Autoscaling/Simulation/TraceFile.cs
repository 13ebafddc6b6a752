using System.Globalization;

namespace Runnel.Autoscaling.Simulation;

/// <summary>Reads a trace from text: one task a line, <c>SECONDS[,SERVICE_SECONDS]</c>, in any order. Empty lines, lines that begin with #, and a
/// first line of names are passed over.</summary>
public static class TraceFile
{
    /// <summary>Reads all of it.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">What it is called in errors.</param>
    /// <param name="service">Seconds for tasks whose line names none.</param>
    /// <exception cref="RunnelException">A line cannot be read; names it.</exception>
    public static IReadOnlyList<SimulatedTask> Read(TextReader reader, string name, double service)
    {
        List<SimulatedTask> tasks = [];
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            string[] parts = line.Split(',', StringSplitOptions.TrimEntries);
            if (line.Trim().Length == 0 || line.StartsWith('#') || (number == 1 && !double.TryParse(parts[0], CultureInfo.InvariantCulture, out _)))
                continue;
            double takes = service;
            if (parts.Length > 2
                || !double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double at)
                || at is < 0 or > 1e9 || double.IsNaN(at)
                || (parts.Length == 2 && !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out takes))
                || takes is <= 0 or > 1e9 || double.IsNaN(takes))
                throw new RunnelException($"Line {number} of {name} is '{line}'; give seconds from the start and, after a comma, seconds that the task takes (more than 0): 12.5,0.8");
            tasks.Add(new SimulatedTask(at, takes));
        }

        if (tasks.Count == 0)
            throw new RunnelException($"{name} has no task; give a line for each: seconds from the start, and after a comma seconds that it takes.");
        tasks.Sort((a, b) => a.At.CompareTo(b.At));
        return tasks;
    }
}
