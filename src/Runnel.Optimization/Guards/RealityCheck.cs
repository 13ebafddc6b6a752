using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>White's reality check: whether the best of many strategies beats a benchmark, given that it is the best of many.</summary>
/// <remarks>Source: H. White, A Reality Check for Data Snooping, Econometrica 68(5), 2000, with the stationary bootstrap. Poor strategies among the
/// trials make it more cautious, not less.</remarks>
public static class RealityCheck
{
    private const int Together = 4; // series that are worked out side by side

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
        int reached = 0, groups = (resamples + Together - 1) / Together;
        Parallel.For(0, groups, () => Enumerable.Range(0, Together).Select(_ => new double[length]).ToArray(), (group, _, counts) =>
        {
            int first = group * Together, many = Math.Min(Together, resamples - first);
            for (int i = 0; i < many; i++)
                Draw(counts[i], Streams.Of(seed, first + i), mean); // each series has a stream of its own: the sum is the same in any order
            Span<double> highest = stackalloc double[Together];
            HighestGains(excess, means, counts, highest);
            foreach (double gain in highest[..many])
            {
                if (gain >= best)
                    Interlocked.Increment(ref reached);
            }

            return counts;
        }, _ => { });
        return (double)reached / resamples;
    }

    // How often each return is in a series.
    private static void Draw(double[] counts, ulong stream, double mean)
    {
        Xoshiro random = new(stream);
        Array.Clear(counts);
        int at = 0;
        for (int t = 0; t < counts.Length; t++)
        {
            at = Bootstrap.NextIndex(at, t, counts.Length, mean, ref random);
            counts[at]++;
        }
    }

    // Of each series the highest mean of a strategy, less that of its own returns. All series look at a strategy while its returns are in the nearest cache: there are megabytes of them.
    private static void HighestGains(IReadOnlyList<double[]> excess, double[] means, double[][] counts, Span<double> highest)
    {
        Span<double> sums = stackalloc double[Together];
        highest.Fill(double.NegativeInfinity);
        for (int k = 0; k < means.Length; k++)
        {
            Dots(excess[k], counts, sums);
            for (int i = 0; i < Together; i++)
                highest[i] = Math.Max(highest[i], sums[i] / counts[i].Length - means[k]);
        }
    }

    // For each series four sums side by side on every processor, whatever the width of its registers: the same to the bit everywhere. Compiled in full at once: a worker calls it rarely, and
    // then a hundred thousand times.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots(double[] returns, double[][] counts, Span<double> sums)
    {
        (double[] a, double[] b, double[] c, double[] d) = (counts[0], counts[1], counts[2], counts[3]);
        Vector256<double> forA = Vector256<double>.Zero, forB = forA, forC = forA, forD = forA;
        int i = 0;
        for (; i <= returns.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> some = Vector256.LoadUnsafe(ref returns[i]);
            forA += Vector256.LoadUnsafe(ref a[i]) * some;
            forB += Vector256.LoadUnsafe(ref b[i]) * some;
            forC += Vector256.LoadUnsafe(ref c[i]) * some;
            forD += Vector256.LoadUnsafe(ref d[i]) * some;
        }

        double restA = 0, restB = 0, restC = 0, restD = 0;
        for (; i < returns.Length; i++)
        {
            restA += a[i] * returns[i];
            restB += b[i] * returns[i];
            restC += c[i] * returns[i];
            restD += d[i] * returns[i];
        }

        sums[0] = Sum(forA) + restA;
        sums[1] = Sum(forB) + restB;
        sums[2] = Sum(forC) + restC;
        sums[3] = Sum(forD) + restD;
    }

    private static double Sum(Vector256<double> sums) => sums[0] + sums[1] + sums[2] + sums[3];

    private static double Mean(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum / values.Length;
    }
}
