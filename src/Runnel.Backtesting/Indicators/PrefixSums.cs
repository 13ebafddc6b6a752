namespace Runnel.Backtesting;

/// <summary>Running sums of a series, each as a rounded value and what the rounding lost (two-sum, D. E. Knuth, The Art of Computer
/// Programming 2, 4.2.2). The difference of two is the sum of the window between them, right to the last bit, so a mean over
/// equal values is that value exactly and two averages of a flat market do not seem to cross.</summary>
internal sealed class PrefixSums
{
    private PrefixSums(double[] high, double[] low) => (High, Low) = (high, low);

    /// <summary>At i: the sum of the first i values.</summary>
    public double[] High { get; }

    /// <summary>What <see cref="High"/> lacks.</summary>
    public double[] Low { get; }

    public static PrefixSums Of(ReadOnlySpan<double> values)
    {
        double[] high = GC.AllocateUninitializedArray<double>(values.Length + 1);
        double[] low = GC.AllocateUninitializedArray<double>(values.Length + 1);
        (high[0], low[0]) = (0, 0);
        double sum = 0, lost = 0;
        for (int i = 0; i < values.Length; i++)
        {
            Add(values[i], ref sum, ref lost);
            high[i + 1] = sum;
            low[i + 1] = lost;
        }

        return new PrefixSums(high, low);
    }

    public static void Add(double value, ref double sum, ref double lost)
    {
        double next = sum + value;
        double rounded = next - sum;
        lost += sum - (next - rounded) + (value - rounded);
        sum = next;
    }
}
