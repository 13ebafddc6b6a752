namespace Runnel.Backtesting;

/// <summary>Population standard deviation (divisor n) of the last n values.</summary>
/// <remarks>First value at n - 1; NaN before. Each window is summed anew around its exact mean: no drift and no cancellation, at a
/// cost of n per bar.</remarks>
public sealed class StandardDeviation
{
    private readonly Window window;
    private readonly Sma mean;

    /// <summary>A deviation that is fed value by value.</summary>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public StandardDeviation(int period)
    {
        Series.CheckPeriod(period);
        window = new Window(period);
        mean = new Sma(period);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The deviation of the window that ends here; NaN while there are too few values.</returns>
    public double Next(double value)
    {
        double center = mean.Next(value);
        return window.Add(value) ? Of(window.Values, center) : double.NaN;
    }

    /// <summary>The deviation at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>, not the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ or the period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Sma.Compute(source, period, output);
        OverMeans(source, period, output, output);
    }

    internal static void OverMeans(ReadOnlySpan<double> source, int period, ReadOnlySpan<double> means, Span<double> output)
    {
        output[..Math.Min(period - 1, output.Length)].Fill(double.NaN);
        for (int i = period - 1; i < source.Length; i++)
            output[i] = Of(source.Slice(i - period + 1, period), means[i]);
    }

    internal static double Of(ReadOnlySpan<double> window, double mean) => Math.Sqrt(Moments.SquaresAround(window, mean) / window.Length);
}
