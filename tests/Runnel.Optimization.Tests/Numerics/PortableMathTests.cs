using CsCheck;
using Runnel.Numerics;

namespace Runnel.Optimization.Tests.Numerics;

public sealed class PortableMathTests
{
    [Fact]
    public void The_exponential_is_within_two_units_in_the_last_place() => Gen.Double[-708, 709].Sample(x => Close(Math.Exp(x), PortableMath.Exp(x)), iter: 100_000);

    [Fact]
    public void The_logarithm_is_within_two_units_in_the_last_place() =>
        Gen.Double[-700, 700].Sample(x => Close(Math.Log(Math.Exp(x)), PortableMath.Log(Math.Exp(x))), iter: 100_000);

    [Fact]
    public void The_logarithm_is_exact_to_the_last_places_near_one() =>
        Gen.Double[-0.5, 1].Sample(x => Close(Math.Log(1 + x), PortableMath.Log(1 + x)), iter: 100_000);

    [Fact]
    public void Ends_and_undefined_arguments_are_those_of_the_platform()
    {
        foreach (double x in (double[])[0, -1, 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, -746, 710, 709.7])
        {
            Close(Math.Exp(x), PortableMath.Exp(x));
            Close(Math.Log(x), PortableMath.Log(x));
        }
    }

    private static void Close(double expected, double actual)
    {
        if (!double.IsFinite(expected) || expected == 0)
            Assert.Equal(expected, actual);
        else
            Assert.True(Math.Abs(actual - expected) <= 2 * (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected)), $"{actual:R} is not {expected:R}");
    }
}
