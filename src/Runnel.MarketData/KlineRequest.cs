using System.Globalization;

namespace Runnel.MarketData;

/// <summary>Which bars are wanted: those that open at or after <see cref="From"/> and before <see cref="To"/>.</summary>
public sealed record KlineRequest
{
    /// <summary>Instrument in upper case, for instance <c>BTCUSDT</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>Length of a bar.</summary>
    public required KlineInterval Interval { get; init; }

    /// <summary>Kind of market. Default: linear.</summary>
    public KlineCategory Category { get; init; } = KlineCategory.Linear;

    /// <summary>Of which price. Mark and index prices have no volume: it is 0. Default: the traded one.</summary>
    public BybitPrice Price { get; init; }

    /// <summary>First moment at which a wanted bar may open (inclusive).</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>First moment at which a bar is no longer wanted (exclusive).</summary>
    public required DateTimeOffset To { get; init; }

    /// <exception cref="KlinesNotFoundException">Another price is asked for: bars of two prices are never mixed.</exception>
    internal void RequireTraded(string source)
    {
        if (Price != BybitPrice.Traded)
            throw new KlinesNotFoundException($"{source} has traded prices only, not {this}.");
    }

    internal string CategoryName => Category.ToString().ToLowerInvariant();

    /// <summary>For messages: <c>BTCUSDT 1h linear, 2024-01-01 00:00 to 2025-01-01 00:00 UTC</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Symbol} {Interval} {CategoryName}{(Price == BybitPrice.Traded ? "" : $" {Price.ToString().ToLowerInvariant()} price")}, {From.UtcDateTime:yyyy-MM-dd HH:mm} to {To.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
}
