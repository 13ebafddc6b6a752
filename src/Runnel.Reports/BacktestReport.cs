using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>All that a report or an export shows of one backtest. Immutable.</summary>
public sealed class BacktestReport
{
    private readonly Lazy<DetailedStatistics> detailed;

    /// <summary>Starts a report that has everything but what the initializers give.</summary>
    public BacktestReport() => detailed = new Lazy<DetailedStatistics>(() => DetailedStatistics.Of(Klines!, Settings!, Result!));

    /// <summary>What the backtest is called.</summary>
    public required string Title { get; init; }

    /// <summary>The strategy with its parameters, in words.</summary>
    public required string Strategy { get; init; }

    /// <summary>Length of a bar, for instance <c>1h</c>.</summary>
    public required string Interval { get; init; }

    /// <summary>Where the klines came from, in words.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the klines were invented; reports say so where nobody can miss it.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>What a reader should know before believing the figures.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The klines of the run.</summary>
    public required Klines Klines { get; init; }

    /// <summary>The settings of the run.</summary>
    public required BacktestSettings Settings { get; init; }

    /// <summary>What the run found.</summary>
    public required BacktestResult Result { get; init; }

    /// <summary>Further figures, worked out when first asked for.</summary>
    public DetailedStatistics Detailed => detailed.Value;
}
