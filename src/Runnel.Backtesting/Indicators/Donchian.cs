namespace Runnel.Backtesting;

/// <summary>Donchian channel: highest high and lowest low of the last n bars, the current one included, and their middle.</summary>
/// <remarks>First value at n - 1; NaN before. For a breakout compare with the channel of the bar before.</remarks>
public sealed class Donchian
{
    private readonly Highest highest;
    private readonly Lowest lowest;

    /// <summary>A channel that is fed bar by bar.</summary>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Donchian(int period)
    {
        Series.CheckPeriod(period);
        (highest, lowest) = (new Highest(period), new Lowest(period));
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <returns>Its figures; NaN while there are too few bars.</returns>
    public BandValue Next(double high, double low)
    {
        double top = highest.Next(high), bottom = lowest.Next(low);
        return new BandValue(top, (top + bottom) / 2, bottom);
    }

    /// <summary>The figures at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <param name="upper">As long as <paramref name="high"/>.</param>
    /// <param name="middle">As long as <paramref name="high"/>.</param>
    /// <param name="lower">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low,
        int period, Span<double> upper, Span<double> middle, Span<double> lower)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, upper.Length);
        Series.CheckLength(high.Length, middle.Length);
        Series.CheckLength(high.Length, lower.Length);
        Donchian indicator = new(period);
        for (int i = 0; i < high.Length; i++)
        {
            BandValue value = indicator.Next(high[i], low[i]);
            (upper[i], middle[i], lower[i]) = (value.Upper, value.Middle, value.Lower);
        }
    }
}
