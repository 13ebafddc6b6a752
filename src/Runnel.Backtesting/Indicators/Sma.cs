using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Runnel.Backtesting;

/// <summary>Simple moving average: the mean of the last n values.</summary>
/// <remarks>First value at n - 1; NaN before. Window sums are exact to the last bit, however long the series: no drift.</remarks>
public sealed class Sma
{
    private readonly double[] highs;
    private readonly double[] lows;
    private double sum;
    private double lost;
    private int slot;
    private int seen;

    /// <summary>An average that is fed value by value.</summary>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public Sma(int period)
    {
        Series.CheckPeriod(period);
        (highs, lows) = (new double[period], new double[period]);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The average of the window that ends here; NaN while there are too few values.</returns>
    public double Next(double value)
    {
        int period = highs.Length;
        (highs[slot], lows[slot]) = (sum, lost);
        PrefixSums.Add(value, ref sum, ref lost);
        slot = slot + 1 == period ? 0 : slot + 1; // now at the sum from before the window's first value
        if (seen < period && ++seen < period)
            return double.NaN;
        return Mean(sum - highs[slot], lost - lows[slot], period, 1.0 / period);
    }

    /// <summary>The average at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Values in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or the period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.Check(source, period, output);
        Compute(PrefixSums.Of(source), period, output);
    }

    internal static void Compute(PrefixSums sums, int period, Span<double> output)
    {
        int warmUp = Math.Min(period - 1, output.Length);
        output[..warmUp].Fill(double.NaN);
        if (warmUp == output.Length)
            return;
        double inverse = 1.0 / period;
        ReadOnlySpan<double> high = sums.High, low = sums.Low;
        Span<double> means = output[warmUp..];
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double h = ref MemoryMarshal.GetReference(high);
            ref double l = ref MemoryMarshal.GetReference(low);
            ref double o = ref MemoryMarshal.GetReference(means);
            Vector256<double> n = Vector256.Create((double)period), inverses = Vector256.Create(inverse);
            for (; i <= means.Length - 4; i += 4)
            {
                Vector256<double> s = Vector256.LoadUnsafe(ref h, (nuint)(i + period)) - Vector256.LoadUnsafe(ref h, (nuint)i);
                Vector256<double> e = Vector256.LoadUnsafe(ref l, (nuint)(i + period)) - Vector256.LoadUnsafe(ref l, (nuint)i);
                Vector256<double> mean = s / n;
                Vector256<double> rest = Vector256.FusedMultiplyAdd(-mean, n, s) + e;
                Vector256.FusedMultiplyAdd(rest, inverses, mean).StoreUnsafe(ref o, (nuint)i);
            }
        }

        for (; i < means.Length; i++)
            means[i] = Mean(high[i + period] - high[i], low[i + period] - low[i], period, inverse);
    }

    // The quotient's own rounding error goes into the rest: a mean of n equal values is that value.
    private static double Mean(double high, double low, double period, double inverse)
    {
        double mean = high / period;
        double rest = Math.FusedMultiplyAdd(-mean, period, high) + low;
        return Math.FusedMultiplyAdd(rest, inverse, mean);
    }
}
