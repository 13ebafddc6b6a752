using System.Runtime.Intrinsics;
using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>White's reality check: whether the best of many strategies beats a benchmark, given that it is the best of many.</summary>
/// <remarks>Source: H. White, A Reality Check for Data Snooping, Econometrica 68(5), 2000, with the stationary bootstrap. Poor strategies among the
/// trials make it more cautious, not less.</remarks>
public static class RealityCheck
{
    /// <summary>Probability that the best of strategies without any edge would look at least as good. Works on all cores; the answer is the same to the bit on any number.</summary>
    /// <param name="excess">For each strategy its returns minus those of the benchmark (0 for cash), all of one length; every strategy that was tried,
    /// not only the good ones.</param>
    /// <param name="resamples">How many series, at least 100.</param>
    /// <param name="block">Mean length of a block in returns; null for the <see cref="Bootstrap.BlockLength"/> of the best strategy.</param>
    /// <param name="seed">Another seed, other series.</param>
    /// <returns>The p-value, from 0 to 1: below 0.05 the best has likely an edge.</returns>
    /// <exception cref="BacktestInputException">There is no strategy, or lengths differ.</exception>
    public static double PValue(IReadOnlyList<double[]> excess, int resamples = 1000, double? block = null, ulong seed = 0)
    {
        InputCheck.AtLeast("excess", excess.Count, 1);
        InputCheck.AtLeast("resamples", resamples, 100);
        int length = excess[0].Length;
        InputCheck.AtLeast("returns", length, 2);
        if (excess.FirstOrDefault(e => e.Length != length) is { } other)
            throw new BacktestInputException("excess", $"of {length} and of {other.Length} returns", "Give series of one length.");
        double[] means = [.. excess.Select(Mean)];
        double best = means.Max(), mean = block ?? Bootstrap.BlockLength(excess[Array.IndexOf(means, best)]);
        InputCheck.Within("block", mean, 1, length);
        int reached = 0;
        Parallel.For(0, resamples, () => new double[length], (i, _, counts) => // each series has a stream of its own: the sum is the same in any order
        {
            Xoshiro random = new(Streams.Of(seed, i));
            Array.Clear(counts);
            int at = 0;
            for (int t = 0; t < length; t++)
            {
                at = Bootstrap.NextIndex(at, t, length, mean, ref random);
                counts[at]++;
            }

            if (HighestGain(excess, means, counts) >= best)
                Interlocked.Increment(ref reached);
            return counts;
        }, _ => { });
        return (double)reached / resamples;
    }

    private static double HighestGain(IReadOnlyList<double[]> excess, double[] means, double[] counts)
    {
        double highest = double.NegativeInfinity;
        for (int k = 0; k < means.Length; k++)
        {
            highest = Math.Max(highest, Dot(counts, excess[k]) / counts.Length - means[k]);
        }

        return highest;
    }

    // Four sums side by side on every processor, whatever the width of its registers: the same to the bit everywhere.
    private static double Dot(double[] left, double[] right)
    {
        Vector256<double> sums = Vector256<double>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector256<double>.Count; i += Vector256<double>.Count)
            sums += Vector256.Create(left.AsSpan(i)) * Vector256.Create(right.AsSpan(i));
        double rest = 0;
        for (; i < left.Length; i++)
            rest += left[i] * right[i];
        return sums[0] + sums[1] + sums[2] + sums[3] + rest;
    }

    private static double Mean(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum / values.Length;
    }
}
