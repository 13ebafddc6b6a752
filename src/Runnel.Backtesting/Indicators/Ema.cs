namespace Runnel.Backtesting;

/// <summary>Exponential moving average with the factor a = 2 / (n + 1): e = e + a * (value - e).</summary>
/// <remarks>Seeded with the first value, so it has a value from bar 0 on; before n - 1 that seed still weighs much, and our
/// strategies treat those values as missing.</remarks>
public sealed class Ema
{
    private readonly double factor;
    private double average;
    private bool seeded;

    /// <summary>An average that is fed value by value.</summary>
    /// <param name="period">Sets the factor 2 / (period + 1); at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public Ema(int period)
    {
        Series.CheckPeriod(period);
        factor = Factor(period);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The average so far; the value itself at the first call.</returns>
    public double Next(double value)
    {
        average = seeded ? average + factor * (value - average) : value;
        seeded = true;
        return average;
    }

    /// <summary>The average at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Sets the factor 2 / (period + 1); at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>; may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ or the period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.Check(source, period, output);
        if (source.IsEmpty)
            return;
        double step = Factor(period), last = source[0];
        for (int i = 0; i < source.Length && i < output.Length; i++)
        {
            last += step * (source[i] - last);
            output[i] = last;
        }
    }

    private static double Factor(int period) => 2.0 / (period + 1.0);
}
