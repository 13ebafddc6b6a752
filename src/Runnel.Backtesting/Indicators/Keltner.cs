namespace Runnel.Backtesting;

/// <summary>Keltner channel in its modern form: EMA(n) of the close, and k average true ranges above and below it.</summary>
/// <remarks>Source: C. W. Keltner, 1960, as changed by L. B. Raschke. First value where the ATR has one, at range - 1; NaN before.</remarks>
public sealed class Keltner
{
    private readonly Ema middle;
    private readonly Atr ranges;
    private readonly double width;

    /// <summary>A channel that is fed bar by bar.</summary>
    /// <param name="period">Period of the average, at least 1.</param>
    /// <param name="range">Period of the average true range, at least 1.</param>
    /// <param name="width">Average true ranges from the middle to an edge.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Keltner(int period, int range, double width)
    {
        Series.CheckPeriod(period);
        Series.CheckPeriod(range);
        (middle, ranges, this.width) = (new Ema(period), new Atr(range), width);
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figures; NaN while there are too few bars.</returns>
    public BandValue Next(double high, double low, double close)
    {
        double average = middle.Next(close), distance = width * ranges.Next(high, low, close);
        return double.IsNaN(distance) ? BandValue.None : new BandValue(average + distance, average, average - distance);
    }

    /// <summary>The figures at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="period">Period of the average, at least 1.</param>
    /// <param name="range">Period of the average true range, at least 1.</param>
    /// <param name="width">Average true ranges from the middle to an edge.</param>
    /// <param name="upper">As long as <paramref name="high"/>.</param>
    /// <param name="middle">As long as <paramref name="high"/>.</param>
    /// <param name="lower">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close,
        int period, int range, double width, Span<double> upper, Span<double> middle, Span<double> lower)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, upper.Length);
        Series.CheckLength(high.Length, middle.Length);
        Series.CheckLength(high.Length, lower.Length);
        Keltner indicator = new(period, range, width);
        for (int i = 0; i < high.Length; i++)
        {
            BandValue value = indicator.Next(high[i], low[i], close[i]);
            (upper[i], middle[i], lower[i]) = (value.Upper, value.Middle, value.Lower);
        }
    }
}
