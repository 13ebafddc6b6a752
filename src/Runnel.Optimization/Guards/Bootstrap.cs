using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>How sure a statistic of a return series is, from series like it: blocks of the returns drawn at random and put together.</summary>
/// <remarks>Source: D. N. Politis and J. P. Romano, The Stationary Bootstrap, Journal of the American Statistical Association 89(428), 1994. Blocks have
/// random lengths (geometric) and wrap round the end, so that returns that follow one another stay together. Assumes that the series is
/// stationary: it knows of no regime that the returns do not hold.</remarks>
public static class Bootstrap
{
    /// <summary>Percentile interval of a statistic.</summary>
    /// <param name="returns">At least two returns, oldest first.</param>
    /// <param name="statistic">What to work out of a series of as many returns. Called from one thread.</param>
    /// <param name="confidence">From above 0 to below 1; 0.95 leaves 2.5 % on each side.</param>
    /// <param name="resamples">How many series, at least 100.</param>
    /// <param name="block">Mean length of a block in returns; null for <see cref="BlockLength"/>. 1 takes returns as independent.</param>
    /// <param name="seed">Another seed, other series.</param>
    /// <returns>The interval. Series for which the statistic is not finite are left out.</returns>
    /// <exception cref="BacktestInputException">An argument is out of range, or the statistic is finite for no series.</exception>
    public static ConfidenceInterval Interval(ReadOnlySpan<double> returns, Func<double[], double> statistic, double confidence = 0.95,
        int resamples = 2000, double? block = null, ulong seed = 0)
    {
        InputCheck.AtLeast("returns", returns.Length, 2);
        InputCheck.Within("confidence", confidence, 0.01, 0.9999);
        InputCheck.AtLeast("resamples", resamples, 100);
        double mean = block ?? BlockLength(returns);
        InputCheck.Within("block", mean, 1, returns.Length);
        double[] source = returns.ToArray(), drawn = new double[source.Length];
        List<double> values = new(resamples);
        for (int i = 0; i < resamples; i++)
        {
            Xoshiro random = new(Streams.Of(seed, i));
            int at = 0;
            for (int t = 0; t < drawn.Length; t++)
            {
                at = NextIndex(at, t, source.Length, mean, ref random);
                drawn[t] = source[at];
            }

            double value = statistic(drawn);
            if (double.IsFinite(value))
                values.Add(value);
        }

        if (values.Count == 0)
            throw new BacktestInputException("returns", "a series whose statistic is finite for no resample", "Give one that moves.");
        values.Sort();
        return new ConfidenceInterval(statistic(source), Quantile(values, (1 - confidence) / 2), Quantile(values, (1 + confidence) / 2));
    }

    /// <summary>Mean block length that suits a series: the longer, the more its returns depend on one another.</summary>
    /// <param name="returns">At least two returns.</param>
    /// <returns>From 1 to a third of the series, at most 3 sqrt(n).</returns>
    /// <remarks>Source: D. N. Politis and H. White, Automatic Block-Length Selection for the Dependent Bootstrap, Econometric Reviews 23(1), 2004, with the
    /// correction by A. Patton, D. N. Politis and H. White, Econometric Reviews 28(4), 2009.</remarks>
    public static double BlockLength(ReadOnlySpan<double> returns)
    {
        int n = returns.Length;
        int run = Math.Max(5, (int)Math.Sqrt(Log10(n)));
        int most = Math.Min(n - 1, (int)Math.Ceiling(Math.Sqrt(n)) + run);
        double longest = Math.Max(1, Math.Min(Math.Ceiling(3 * Math.Sqrt(n)), Math.Ceiling(n / 3.0)));
        double[] covariance = [.. Enumerable.Range(0, Math.Max(most, 0) + 1).Select(_ => 0.0)];
        Autocovariances(returns, covariance);
        if (covariance[0] <= 0)
            return 1;

        // The first lag after which `run` autocorrelations in a row are not significant; else the last significant one.
        double bound = 2 * Math.Sqrt(Log10(n) / n);
        int last = 0, quiet = 0, found = -1;
        for (int lag = 1; lag <= most && found < 0; lag++)
        {
            bool significant = Math.Abs(covariance[lag]) / covariance[0] > bound;
            quiet = significant ? 0 : quiet + 1;
            last = significant ? lag : last;
            if (quiet == run)
                found = lag - run;
        }

        int bandwidth = Math.Min(2 * Math.Max(found >= 0 ? found : last, 1), most);
        double spectrum = covariance[0], slope = 0;
        for (int lag = 1; lag <= bandwidth; lag++)
        {
            double ratio = (double)lag / bandwidth, weight = ratio <= 0.5 ? 1 : 2 * (1 - ratio); // flat-top window
            spectrum += 2 * weight * covariance[lag];
            slope += 2 * weight * lag * covariance[lag];
        }

        double length = spectrum == 0 ? 1 : PortableMath.Exp(PortableMath.Log(slope * slope / (spectrum * spectrum) * n) / 3); // D = 2 g(0)^2
        return Math.Clamp(double.IsFinite(length) ? length : 1, 1, longest);
    }

    /// <summary>Index that follows in a resample: the next one with probability 1 - 1 / mean block length, else any.</summary>
    internal static int NextIndex(int at, int position, int count, double mean, ref Xoshiro random) =>
        position > 0 && random.NextUniform() * mean >= 1 ? (at + 1) % count : random.NextIndex(count);

    /// <summary>Quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan).</summary>
    internal static double Quantile(List<double> sorted, double probability)
    {
        double place = probability * (sorted.Count - 1);
        int below = Math.Clamp((int)place, 0, sorted.Count - 1), above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static void Autocovariances(ReadOnlySpan<double> returns, double[] covariance)
    {
        double mean = 0;
        foreach (double value in returns)
            mean += value / returns.Length;
        for (int lag = 0; lag < covariance.Length; lag++)
        {
            double sum = 0;
            for (int t = lag; t < returns.Length; t++)
                sum += (returns[t] - mean) * (returns[t - lag] - mean);
            covariance[lag] = sum / returns.Length;
        }
    }

    private static double Log10(double x) => PortableMath.Log(x) / 2.302585092994046;
}
