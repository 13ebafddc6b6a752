namespace Runnel.MarketData;

/// <summary>What one file of the store holds: bars, and which times somebody looked at, so that a hole is known to be one.</summary>
internal sealed record MonthBars
{
    /// <summary>Open times, Unix milliseconds, ascending.</summary>
    public required long[] Times { get; init; }

    /// <summary>Open, high, low, close, volume; each as long as <see cref="Times"/>.</summary>
    public required double[][] Values { get; init; }

    /// <summary>Times of which all bars that there are, are here. The first may begin before the month: there is nothing before.</summary>
    public required IReadOnlyList<TimeRange> Covered { get; init; }

    /// <summary>Where the bars came from, in order, without doubles: <c>bybit</c>, <c>import</c>.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    public static MonthBars Empty { get; } = new() { Times = [], Values = [[], [], [], [], []], Covered = [], Origins = [] };

    /// <summary>Takes over a range: what it held in there is replaced by the bars given, all within it and in order, and the range counts as covered.</summary>
    public MonthBars With(TimeRange range, ReadOnlySpan<long> times, ReadOnlySpan<double> open, ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close, ReadOnlySpan<double> volume, string origin)
    {
        int before = LowerBound(Times, range.From), after = LowerBound(Times, range.To);
        return new MonthBars
        {
            Times = Join(Times, before, times, after),
            Values =
            [
                Join(Values[0], before, open, after), Join(Values[1], before, high, after), Join(Values[2], before, low, after),
                Join(Values[3], before, close, after), Join(Values[4], before, volume, after),
            ],
            Covered = TimeRanges.Union([.. Covered, range]),
            Origins = times.Length == 0 ? Origins : [.. Origins.Append(origin).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    public static int LowerBound(long[] times, long time)
    {
        int at = Array.BinarySearch(times, time);
        return at < 0 ? ~at : at;
    }

    private static T[] Join<T>(T[] old, int before, ReadOnlySpan<T> added, int after) => [.. old.AsSpan(0, before), .. added, .. old.AsSpan(after)];
}
