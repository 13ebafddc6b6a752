namespace Runnel.Backtesting;

/// <summary>The largest of the last n values, the current one included.</summary>
/// <remarks>First value at n - 1; NaN before. Constant time a value, whatever the period.</remarks>
public sealed class Highest
{
    private readonly Extremum extremum;

    /// <summary>One that is fed value by value.</summary>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public Highest(int period)
    {
        Series.CheckPeriod(period);
        extremum = new Extremum(period);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The largest of the window that ends here; NaN while there are too few values.</returns>
    public double Next(double value) => extremum.Next(value);

    /// <summary>The largest of the window at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>; may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ or the period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.Check(source, period, output);
        Extremum queue = new(period);
        for (int i = 0; i < source.Length; i++)
            output[i] = queue.Next(source[i]);
    }
}
