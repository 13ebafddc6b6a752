namespace Runnel.Backtesting;

/// <summary>Least-squares line through the last n values: its end and its slope.</summary>
/// <remarks>First value at n - 1; NaN before. A window of one value is its own line, with slope 0.</remarks>
public sealed class LinearRegression
{
    private readonly Window window;

    /// <summary>A regression that is fed value by value.</summary>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public LinearRegression(int period)
    {
        Series.CheckPeriod(period);
        window = new Window(period);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Its figures; NaN while there are too few values.</returns>
    public LinearRegressionValue Next(double value) => window.Add(value) ? Of(window.Values) : LinearRegressionValue.None;

    /// <summary>The figures at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>.</param>
    /// <param name="slope">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output, Span<double> slope)
    {
        Series.CheckLength(source.Length, output.Length);
        Series.CheckLength(source.Length, slope.Length);
        LinearRegression indicator = new(period);
        for (int i = 0; i < source.Length; i++)
        {
            LinearRegressionValue value = indicator.Next(source[i]);
            (output[i], slope[i]) = (value.Value, value.Slope);
        }
    }

    private static LinearRegressionValue Of(ReadOnlySpan<double> window)
    {
        double n = window.Length, center = (n - 1) / 2, mean = 0, products = 0;
        foreach (double value in window)
            mean += value;
        mean /= n;
        for (int i = 0; i < window.Length; i++)
            products += (i - center) * (window[i] - mean);
        double slope = window.Length == 1 ? 0 : products / (n * (n * n - 1) / 12);
        return new LinearRegressionValue(mean + slope * center, slope);
    }
}
