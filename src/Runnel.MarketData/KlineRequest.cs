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

    /// <summary>First moment at which a wanted bar may open (inclusive).</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>First moment at which a bar is no longer wanted (exclusive).</summary>
    public required DateTimeOffset To { get; init; }

    internal string CategoryName => Category.ToString().ToLowerInvariant();

    /// <summary>For messages: <c>BTCUSDT 1h linear, 2024-01-01 00:00 to 2025-01-01 00:00 UTC</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Symbol} {Interval} {CategoryName}, {From.UtcDateTime:yyyy-MM-dd HH:mm} to {To.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
}
