namespace Runnel.Numerics;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>Probability below x. The complementary error function is summed by its series for small and its continued fraction for
    /// large arguments (M. Abramowitz and I. A. Stegun, 7.1.6 and 26.2.14), to about 1e-15.</summary>
    public static double Cumulative(double x)
    {
        double size = Math.Abs(x);
        double density = PortableMath.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        double beyond = size < 3 ? 0.5 - density * Series(size) : density / Fraction(size);
        return x > 0 ? 1 - beyond : beyond;
    }

    /// <summary>The x below which the probability lies: Newton's steps on <see cref="Cumulative"/> from a rational start.</summary>
    public static double Inverse(double probability)
    {
        if (!(probability > 0 && probability < 1))
            return probability == 0 ? double.NegativeInfinity : probability == 1 ? double.PositiveInfinity : double.NaN;
        if (probability > 0.5)
            return -Inverse(1 - probability);
        double t = Math.Sqrt(-2 * PortableMath.Log(probability));
        double x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))); // A&S 26.2.23
        for (int i = 0; i < 4; i++)
            x -= (Cumulative(x) - probability) * Math.Sqrt(2 * Math.PI) * PortableMath.Exp(x * x / 2);
        return x;
    }

    private static double Series(double x)
    {
        double term = x, sum = x;
        for (int k = 1; Math.Abs(term) > 1e-18 * sum; k++)
        {
            term *= x * x / (2 * k + 1);
            sum += term;
        }

        return sum;
    }

    private static double Fraction(double x)
    {
        double value = x;
        for (int k = 120; k >= 1; k--)
            value = x + k / value;
        return value;
    }
}
