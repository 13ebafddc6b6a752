namespace Runnel.MarketData;

/// <summary>The columns of a kind of series: one of times, in Unix milliseconds, and some of numbers.</summary>
/// <param name="Time">Name of the first column.</param>
/// <param name="Values">Names of the others, in their order.</param>
internal sealed record ColumnLayout(string Time, IReadOnlyList<string> Values)
{
    public static ColumnLayout Klines { get; } = new("open_time_ms", ["open", "high", "low", "close", "volume"]);

    public static ColumnLayout Funding { get; } = new("time_ms", ["rate"]);
}
