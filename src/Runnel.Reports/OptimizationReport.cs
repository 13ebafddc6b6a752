namespace Runnel.Reports;

/// <summary>All that a report shows of one optimization. Immutable.</summary>
public sealed record OptimizationReport
{
    /// <summary>What the optimization is called.</summary>
    public required string Title { get; init; }

    /// <summary>Strategy, market and method, in words.</summary>
    public required string Subtitle { get; init; }

    /// <summary>How much of the best result is likely luck, in a sentence; empty where nothing says it.</summary>
    public required string Headline { get; init; }

    /// <summary>The figures behind the headline; the report leads with them.</summary>
    public required IReadOnlyList<OptimizationFigure> Guards { get; init; }

    /// <summary>What a reader should know before believing the figures.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What ranks the trials.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether higher values are better.</summary>
    public required bool Maximize { get; init; }

    /// <summary>Names of the parameters that varied.</summary>
    public required IReadOnlyList<string> Parameters { get; init; }

    /// <summary>The trials that have a value, in the order of their numbers; where they are many, a part that holds the best.</summary>
    public required IReadOnlyList<OptimizationPoint> Points { get; init; }

    /// <summary>How many trials the points stand for.</summary>
    public required long Trials { get; init; }

    /// <summary>Trials at which the best value rose, in order; none for an optimization of several windows.</summary>
    public required IReadOnlyList<OptimizationPoint> Improvements { get; init; }

    /// <summary>Equity of the tests out of sample at even distances; empty where there were none.</summary>
    public IReadOnlyList<double> OutOfSampleEquity { get; init; } = [];

    /// <summary>Time of the first and of the last bar of that equity (UTC).</summary>
    public (DateTimeOffset From, DateTimeOffset To) OutOfSample { get; init; }

    /// <summary>Trials by the first two of several metrics; null where there is one metric.</summary>
    public OptimizationFrontPlot? Front { get; init; }

    /// <summary>Tables below the plots.</summary>
    public IReadOnlyList<OptimizationTable> Tables { get; init; } = [];
}
