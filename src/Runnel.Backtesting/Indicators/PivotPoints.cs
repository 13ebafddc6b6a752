namespace Runnel.Backtesting;

/// <summary>Classic floor-trader pivots: levels of a UTC day from high, low and close of the last day before it that has bars.</summary>
/// <remarks>First value at the first bar of the second day; NaN before. The levels stay the same all day.</remarks>
public sealed class PivotPoints
{
    private long day = long.MinValue;
    private double top;
    private double bottom;
    private double last;
    private PivotValue levels = PivotValue.None;

    /// <summary>Takes the next bar.</summary>
    /// <param name="time">Open time of the bar in Unix milliseconds, UTC.</param>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figures; NaN while there are too few bars.</returns>
    public PivotValue Next(long time, double high, double low, double close)
    {
        if (Calendar.Day(time) == day)
        {
            (top, bottom, last) = (Math.Max(top, high), Math.Min(bottom, low), close);
            return levels;
        }

        if (day != long.MinValue)
            levels = Of(top, bottom, last);
        (day, top, bottom, last) = (Calendar.Day(time), high, low, close);
        return levels;
    }

    /// <summary>The figures at every bar of a series.</summary>
    /// <param name="times">Open time of each bar in Unix milliseconds, UTC, oldest first.</param>
    /// <param name="high">Highest price of each bar.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="output">As long as <paramref name="times"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Compute(ReadOnlySpan<long> times, ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close,
        Span<PivotValue> output)
    {
        Series.CheckLength(times.Length, high.Length);
        Series.CheckLength(times.Length, low.Length);
        Series.CheckLength(times.Length, close.Length);
        Series.CheckLength(times.Length, output.Length);
        PivotPoints indicator = new();
        for (int i = 0; i < times.Length; i++)
            output[i] = indicator.Next(times[i], high[i], low[i], close[i]);
    }

    private static PivotValue Of(double high, double low, double close)
    {
        double pivot = (high + low + close) / 3;
        return new PivotValue(pivot, 2 * pivot - low, 2 * pivot - high, pivot + (high - low), pivot - (high - low),
            high + 2 * (pivot - low), low - 2 * (high - pivot));
    }
}
