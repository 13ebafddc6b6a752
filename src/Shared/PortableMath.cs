namespace Runnel.Numerics;

/// <summary>Exponential and logarithm from additions, multiplications and divisions alone, which IEEE 754 rounds the same everywhere.
/// <see cref="Math.Exp"/> and <see cref="Math.Log(double)"/> call the C library, whose last bit differs between platforms: enough to turn a search
/// aside at a near tie. Within 2 units in the last place of the true value.</summary>
internal static class PortableMath
{
    private const double Ln2High = 0.693147180369123816490; // 32 bits of ln 2, so that its product with an exponent is exact
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e to the power of x: x = k ln 2 + r, and the series of e^r for |r| up to ln(2) / 2.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 709.782712893384)
            return double.PositiveInfinity;
        if (x < -745.2)
            return 0;
        double k = Math.Round(x * 1.44269504088896341);
        double r = x - k * Ln2High - k * Ln2Low;
        double sum = 1;
        for (int n = 14; n >= 1; n--)
            sum = 1 + r / n * sum;
        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>Natural logarithm: x = m 2^k with m from sqrt(1/2) to sqrt(2), and the series of 2 artanh((m - 1) / (m + 1)).</summary>
    public static double Log(double x)
    {
        if (!(x > 0))
            return x == 0 ? double.NegativeInfinity : double.NaN;
        if (double.IsPositiveInfinity(x))
            return x;
        int k = Math.ILogB(x);
        double m = Math.ScaleB(x, -k);
        if (m > 1.4142135623730951)
        {
            m /= 2;
            k++;
        }

        double f = m - 1, s = f / (m + 1), square = s * s, sum = 0;
        for (int n = 23; n >= 3; n -= 2)
            sum = (sum + 1.0 / n) * square;
        return k * Ln2High + (2 * s + (2 * s * sum + k * Ln2Low));
    }
}
