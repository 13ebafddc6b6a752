using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>Children of two points: simulated binary crossover and polynomial mutation for ordered parameters, exchange and a new draw for choices.
/// </summary>
/// <remarks>Sources: K. Deb and R. B. Agrawal, Simulated Binary Crossover for Continuous Search Space, Complex Systems 9, 1995; K. Deb and
/// M. Goyal, A Combined Genetic Adaptive Search (GeneAS) for Engineering Design, Computer Science and Informatics 26(4), 1996.</remarks>
internal sealed class Variation(ParameterSpace space, double crossover, double mutation)
{
    private const double CrossoverIndex = 15; // the higher, the nearer children are to their parents
    private const double MutationIndex = 20;
    private const int Tries = 100;

    /// <summary>A child that meets the constraints.</summary>
    public Point Child(Point first, Point second, ref Xoshiro random)
    {
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            double[] numbers = new double[space.Parameters.Count];
            bool crossed = random.NextUniform() < crossover;
            for (int i = 0; i < numbers.Length; i++)
            {
                Parameter parameter = space.Parameters[i];
                double one = Filled(first.Numbers[i], parameter, ref random), other = Filled(second.Numbers[i], parameter, ref random);
                double unit = parameter.ToUnit(one);
                if (crossed && random.NextUniform() < 0.5)
                    unit = parameter.IsOrdered ? Cross(unit, parameter.ToUnit(other), ref random) : parameter.ToUnit(other);
                if (random.NextUniform() < mutation)
                    unit = parameter.IsOrdered ? Mutate(unit, parameter, ref random) : random.NextUniform();
                numbers[i] = parameter.FromUnit(unit);
            }

            Point child = space.Normalize(numbers);
            if (space.Admits(child))
                return child;
        }

        return space.Draw(ref random);
    }

    // A parameter without a part in a parent has one in the child perhaps: any value will do.
    private static double Filled(double number, Parameter parameter, ref Xoshiro random) =>
        double.IsNaN(number) ? parameter.FromUnit(random.NextUniform()) : number;

    private static double Cross(double a, double b, ref Xoshiro random)
    {
        double u = random.NextUniform();
        double spread = u <= 0.5 ? Root(2 * u, CrossoverIndex + 1) : 1 / Root(2 * (1 - u), CrossoverIndex + 1);
        double child = 0.5 * (random.NextUniform() < 0.5 ? (1 + spread) * a + (1 - spread) * b : (1 - spread) * a + (1 + spread) * b);
        return Math.Clamp(child, 0, 1);
    }

    private static double Mutate(double unit, Parameter parameter, ref Xoshiro random)
    {
        double u = random.NextUniform();
        double step = u < 0.5
            ? Root(2 * u + (1 - 2 * u) * Power(1 - unit), MutationIndex + 1) - 1
            : 1 - Root(2 * (1 - u) + 2 * (u - 0.5) * Power(unit), MutationIndex + 1);
        if (parameter.Count is { } count && Math.Abs(step) < 1.0 / count)
            step = u < 0.5 ? -1.0 / count : 1.0 / count; // a mutation of a stepped parameter moves it
        return Math.Clamp(unit + step, 0, 1);
    }

    private static double Power(double x) => x > 0 ? PortableMath.Exp(PortableMath.Log(x) * (MutationIndex + 1)) : 0;

    private static double Root(double x, double degree) => x > 0 ? PortableMath.Exp(PortableMath.Log(x) / degree) : 0;
}
