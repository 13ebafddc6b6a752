namespace Runnel.Backtesting;

/// <summary>Linearly weighted moving average: weights 1 to n, the newest value n, over n * (n + 1) / 2.</summary>
/// <remarks>First value at n - 1; NaN before.</remarks>
public sealed class Wma
{
    private readonly Window window;

    /// <summary>An average that is fed value by value.</summary>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public Wma(int period)
    {
        Series.CheckPeriod(period);
        window = new Window(period);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The average of the window that ends here; NaN while there are too few values.</returns>
    public double Next(double value) => window.Add(value) ? Of(window.Values) : double.NaN;

    /// <summary>The average at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>, not the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ or the period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.Check(source, period, output);
        for (int i = 0; i < source.Length; i++)
            output[i] = i < period - 1 ? double.NaN : Of(source.Slice(i - period + 1, period));
    }

    internal static double Of(ReadOnlySpan<double> window) => Moments.Weighted(window) / (window.Length * (window.Length + 1.0) / 2);
}
