namespace Runnel.MarketData;

/// <summary>What one file of the store holds: rows (bars, or payments), and which times somebody looked at, so that a hole is known to be one.</summary>
internal sealed record MonthBars
{
    /// <summary>Open times, Unix milliseconds, ascending.</summary>
    public required long[] Times { get; init; }

    /// <summary>The columns of the layout (open, high, low, close, volume; or rate); each as long as <see cref="Times"/>.</summary>
    public required double[][] Values { get; init; }

    /// <summary>Times of which all rows that there are, are here. The first may begin before the month: there is nothing before.</summary>
    public required IReadOnlyList<TimeRange> Covered { get; init; }

    /// <summary>Where the rows came from, in order, without doubles: <c>bybit</c>, <c>import</c>.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    public static MonthBars Empty(ColumnLayout layout) => new() { Times = [], Values = [.. layout.Values.Select(_ => Array.Empty<double>())], Covered = [], Origins = [] };

    /// <summary>A column of rows that are put in, by its place in <see cref="Values"/>.</summary>
    public delegate ReadOnlySpan<double> ColumnOf(int column);

    /// <summary>Takes over a range: what it held in there is replaced by the rows given, all within it and in order, and the range counts as covered.</summary>
    public MonthBars With(TimeRange range, ReadOnlySpan<long> times, ColumnOf column, string origin)
    {
        int before = LowerBound(Times, range.From), after = LowerBound(Times, range.To);
        double[][] values = new double[Values.Length][];
        for (int i = 0; i < values.Length; i++)
            values[i] = Join(Values[i], before, times.IsEmpty ? [] : column(i), after);
        return new MonthBars
        {
            Times = Join(Times, before, times, after),
            Values = values,
            Covered = TimeRanges.Union([.. Covered, range]),
            Origins = times.IsEmpty ? Origins : [.. Origins.Append(origin).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    public static int LowerBound(long[] times, long time)
    {
        int at = Array.BinarySearch(times, time);
        return at < 0 ? ~at : at;
    }

    private static T[] Join<T>(T[] old, int before, ReadOnlySpan<T> added, int after) => [.. old.AsSpan(0, before), .. added, .. old.AsSpan(after)];
}
