namespace Runnel.Backtesting;

/// <summary>Sums over a window, in one fixed order on every machine: four interleaved lanes, then their sum.</summary>
internal static class Moments
{
    public static double SquaresAround(ReadOnlySpan<double> values, double mean)
    {
        double a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i <= values.Length - 4; i += 4)
        {
            double p = values[i] - mean, q = values[i + 1] - mean, r = values[i + 2] - mean, s = values[i + 3] - mean;
            a += p * p;
            b += q * q;
            c += r * r;
            d += s * s;
        }

        for (; i < values.Length; i++)
            a += (values[i] - mean) * (values[i] - mean);
        return a + b + (c + d);
    }

    public static double DistancesFrom(ReadOnlySpan<double> values, double mean)
    {
        double a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i <= values.Length - 4; i += 4)
        {
            a += Math.Abs(values[i] - mean);
            b += Math.Abs(values[i + 1] - mean);
            c += Math.Abs(values[i + 2] - mean);
            d += Math.Abs(values[i + 3] - mean);
        }

        for (; i < values.Length; i++)
            a += Math.Abs(values[i] - mean);
        return a + b + (c + d);
    }

    /// <summary>Sum of k * value with k = 1 for the oldest.</summary>
    public static double Weighted(ReadOnlySpan<double> values)
    {
        double a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i <= values.Length - 4; i += 4)
        {
            a += (i + 1) * values[i];
            b += (i + 2) * values[i + 1];
            c += (i + 3) * values[i + 2];
            d += (i + 4) * values[i + 3];
        }

        for (; i < values.Length; i++)
            a += (i + 1) * values[i];
        return a + b + (c + d);
    }
}
