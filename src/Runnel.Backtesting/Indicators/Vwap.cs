namespace Runnel.Backtesting;

/// <summary>Volume-weighted average price since 00:00 UTC: sum of typical price * volume over sum of volume.</summary>
/// <remarks>Starts anew with each UTC day; typical = (high + low + close) / 3. Has a value from bar 0 on; the typical price while the day has no
/// volume.</remarks>
public sealed class Vwap
{
    private long day = long.MinValue;
    private double value;
    private double total;

    /// <summary>Takes the next bar.</summary>
    /// <param name="time">Open time of the bar in Unix milliseconds, UTC.</param>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <param name="volume">Volume of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(long time, double high, double low, double close, double volume)
    {
        if (Calendar.Day(time) != day)
            (day, value, total) = (Calendar.Day(time), 0, 0);
        double typical = (high + low + close) / 3;
        value += typical * volume;
        total += volume;
        return total == 0 ? typical : value / total;
    }

    /// <summary>The figure at every bar of a series.</summary>
    /// <param name="times">Open time of each bar in Unix milliseconds, UTC, oldest first.</param>
    /// <param name="high">Highest price of each bar.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="volume">Volume of each bar.</param>
    /// <param name="output">As long as <paramref name="times"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Compute(ReadOnlySpan<long> times, ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close, ReadOnlySpan<double> volume,
        Span<double> output)
    {
        Series.CheckLength(times.Length, high.Length);
        Series.CheckLength(times.Length, low.Length);
        Series.CheckLength(times.Length, close.Length);
        Series.CheckLength(times.Length, volume.Length);
        Series.CheckLength(times.Length, output.Length);
        Vwap indicator = new();
        for (int i = 0; i < times.Length; i++)
            output[i] = indicator.Next(times[i], high[i], low[i], close[i], volume[i]);
    }
}
