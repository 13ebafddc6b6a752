namespace Runnel.Optimization.Tests.Sampling;

/// <summary>Functions to minimize whose optima are published: S. Surjanovic and D. Bingham, Virtual Library of Simulation Experiments; ZDT1 of
/// E. Zitzler, K. Deb and L. Thiele, Evolutionary Computation 8(2), 2000.</summary>
internal static class TestFunctions
{
    public static ParameterSpace BraninSpace { get; } = new([new FloatParameter("x", -5, 10), new FloatParameter("y", 0, 15)]);

    public static ParameterSpace Cube(int dimensions, double low, double high) =>
        new([.. Enumerable.Range(0, dimensions).Select(i => new FloatParameter($"x{i}", low, high))]);

    /// <summary>Minimum 0.397887 at (-pi, 12.275), (pi, 2.275) and (9.42478, 2.475).</summary>
    public static double Branin(ReadOnlySpan<double> x)
    {
        double a = x[1] - 5.1 / (4 * Math.PI * Math.PI) * x[0] * x[0] + 5 / Math.PI * x[0] - 6;
        return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x[0]) + 10;
    }

    /// <summary>Minimum 0 at the origin.</summary>
    public static double Sphere(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double value in x)
            sum += value * value;
        return sum;
    }

    /// <summary>Minimum 0 at (1, ..., 1), at the end of a bent valley.</summary>
    public static double Rosenbrock(ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int i = 0; i + 1 < x.Length; i++)
            sum += 100 * (x[i + 1] - x[i] * x[i]) * (x[i + 1] - x[i] * x[i]) + (1 - x[i]) * (1 - x[i]);
        return sum;
    }

    /// <summary>Minimum 0 at the origin, among a local one near each point of whole numbers.</summary>
    public static double Rastrigin(ReadOnlySpan<double> x)
    {
        double sum = 10 * x.Length;
        foreach (double value in x)
            sum += value * value - 10 * Math.Cos(2 * Math.PI * value);
        return sum;
    }

    /// <summary>Two values; the front is g = 1, where the second is 1 - sqrt(first).</summary>
    public static (double First, double Second) Zdt1(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double value in x[1..])
            sum += value;
        double g = 1 + 9 * sum / (x.Length - 1);
        return (x[0], g * (1 - Math.Sqrt(x[0] / g)));
    }
}
