namespace Runnel.Backtesting;

/// <summary>Bollinger bands: SMA(n) and k population standard deviations (divisor n) of the same values above and below it.</summary>
/// <remarks>Source: J. Bollinger, Bollinger on Bollinger Bands, 2001. First value at n - 1; NaN before.</remarks>
public sealed class Bollinger
{
    private readonly Window window;
    private readonly Sma mean;
    private readonly double width;

    /// <summary>Bands that are fed value by value.</summary>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <param name="width">Standard deviations from the middle to an edge.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public Bollinger(int period, double width)
    {
        Series.CheckPeriod(period);
        (window, mean, this.width) = (new Window(period), new Sma(period), width);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The bands; NaN while there are too few values.</returns>
    public BandValue Next(double value)
    {
        double middle = mean.Next(value);
        if (!window.Add(value))
            return BandValue.None;
        double distance = width * StandardDeviation.Of(window.Values, middle);
        return new BandValue(middle + distance, middle, middle - distance);
    }

    /// <summary>The bands at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <param name="width">Standard deviations from the middle to an edge.</param>
    /// <param name="upper">As long as <paramref name="source"/>.</param>
    /// <param name="middle">As long as <paramref name="source"/>.</param>
    /// <param name="lower">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or the period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, double width, Span<double> upper, Span<double> middle, Span<double> lower)
    {
        Series.CheckLength(source.Length, upper.Length, nameof(upper));
        Series.CheckLength(source.Length, lower.Length, nameof(lower));
        Sma.Compute(source, period, middle);
        StandardDeviation.OverMeans(source, period, middle, upper);
        for (int i = 0; i < source.Length; i++)
        {
            double distance = width * upper[i];
            (upper[i], lower[i]) = (middle[i] + distance, middle[i] - distance);
        }
    }
}
