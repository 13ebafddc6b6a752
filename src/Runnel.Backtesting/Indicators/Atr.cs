namespace Runnel.Backtesting;

/// <summary>Average true range by Wilder: the plain mean of the first n true ranges, then (average * (n - 1) + range) / n.</summary>
/// <remarks>Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978. First value at n - 1; NaN before.</remarks>
public sealed class Atr
{
    private readonly TrueRange ranges = new();
    private readonly double period;
    private double average;
    private int seen;

    /// <summary>A range that is fed bar by bar.</summary>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Atr(int period)
    {
        Series.CheckPeriod(period);
        this.period = period;
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(double high, double low, double close)
    {
        double range = ranges.Next(high, low, close);
        if (seen >= period)
            return average = (average * (period - 1) + range) / period;
        average += range;
        if (++seen < period)
            return double.NaN;
        return average /= period;
    }

    /// <summary>The figure at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close,
        int period, Span<double> output)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, output.Length);
        Atr indicator = new(period);
        for (int i = 0; i < high.Length; i++)
            output[i] = indicator.Next(high[i], low[i], close[i]);
    }
}
