namespace Runnel.Backtesting;

/// <summary>Hull moving average: WMA(sqrt n) of 2 * WMA(n / 2) - WMA(n), half and root rounded down, at least 1.</summary>
/// <remarks>Source: A. Hull, 2005. First value at n - 1 + floor(sqrt n) - 1; NaN before.</remarks>
public sealed class Hma
{
    private readonly Wma half;
    private readonly Wma whole;
    private readonly Wma smooth;

    /// <summary>An average that is fed value by value.</summary>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Hma(int period)
    {
        Series.CheckPeriod(period);
        (half, whole) = (new Wma(Math.Max(1, period / 2)), new Wma(period));
        smooth = new Wma((int)Math.Sqrt(period));
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Its figure; NaN while there are too few values.</returns>
    public double Next(double value)
    {
        double sooner = half.Next(value), later = whole.Next(value);
        return double.IsNaN(later) ? double.NaN : smooth.Next(2 * sooner - later);
    }

    /// <summary>The figure at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.CheckLength(source.Length, output.Length);
        Hma indicator = new(period);
        for (int i = 0; i < source.Length; i++)
            output[i] = indicator.Next(source[i]);
    }
}
