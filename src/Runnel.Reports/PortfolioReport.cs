using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>All that a report or an export shows of one portfolio. Immutable.</summary>
public sealed record PortfolioReport
{
    /// <summary>What the portfolio is called.</summary>
    public required string Title { get; init; }

    /// <summary>The strategy with its parameters, in words.</summary>
    public required string Strategy { get; init; }

    /// <summary>Length of a bar, for instance <c>1h</c>.</summary>
    public required string Interval { get; init; }

    /// <summary>Whether klines of any symbol were invented; reports say so where nobody can miss it.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>What a reader should know before believing the figures.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where the klines of each symbol came from, in words.</summary>
    public required IReadOnlyDictionary<string, string> Sources { get; init; }

    /// <summary>The settings of all symbols.</summary>
    public required BacktestSettings Settings { get; init; }

    /// <summary>What the run found.</summary>
    public required PortfolioResult Result { get; init; }

    /// <summary>Closed trades of all symbols in the order in which they closed.</summary>
    internal IEnumerable<(string Symbol, Trade Trade)> Trades =>
        Result.Members.SelectMany(m => m.Trades.Select(t => (m.Symbol, Trade: t))).OrderBy(t => t.Trade.ExitBar); // stable: by symbol within a step
}
