using CsCheck;

namespace Runnel.Optimization.Tests.Spaces;

public sealed class ParameterTests
{
    private static readonly Gen<Parameter> Parameters = Gen.OneOf<Parameter>(
        from low in Gen.Long[-1000, 1000] from range in Gen.Long[0, 500] from step in Gen.Long[1, 40] select (Parameter)new IntParameter("p", low, low + range, step),
        from low in Gen.Long[1, 1000] from range in Gen.Long[0, 5000] select (Parameter)new IntParameter("p", low, low + range, log: true),
        from low in Gen.Double[-100, 100] from range in Gen.Double[0, 50] select (Parameter)new FloatParameter("p", low, low + range),
        from low in Gen.Int[-100, 100] from range in Gen.Double[0, 50] from step in Gen.Int[1, 30] select (Parameter)new FloatParameter("p", low / 10.0, low / 10.0 + range, step / 100.0),
        from low in Gen.Double[1e-6, 1] from factor in Gen.Double[1, 1e6] select (Parameter)new FloatParameter("p", low, low * factor, log: true),
        from count in Gen.Int[1, 9] select (Parameter)new ChoiceParameter("p", [.. Enumerable.Range(0, count).Select(i => ParameterValue.Of($"v{i}"))]));

    [Fact]
    public void Every_place_gives_a_value_of_the_parameter_and_the_value_its_place() =>
        Gen.Select(Parameters, Gen.Double[-0.1, 1.1]).Sample((parameter, unit) =>
        {
            double number = parameter.FromUnit(unit);
            Assert.True(parameter.Takes(number), $"{number}");
            Assert.Equal(number, parameter.FromUnit(parameter.ToUnit(number)), 1e-9 * Math.Max(1, Math.Abs(number)));
        });

    [Fact]
    public void Every_index_gives_a_value_of_the_parameter_and_the_value_its_index() =>
        Gen.Select(Parameters, Gen.Double.Unit).Sample((parameter, unit) =>
        {
            if (parameter.Count is not { } count)
                return;
            int index = (int)(unit * count);
            Assert.True(parameter.Takes(parameter.At(index)));
            Assert.Equal(index, parameter.IndexOf(parameter.At(index)));
            Assert.Equal(-1, parameter.IndexOf(parameter.At(index) + 0.001));
        });

    [Fact]
    public void Values_are_equally_likely_and_by_the_logarithm_where_asked()
    {
        IntParameter plain = new("p", 1, 1000), log = new("p", 1, 1000, log: true);
        double[] places = [.. Enumerable.Range(0, 10_000).Select(i => (i + 0.5) / 10_000)];

        Assert.All(Enumerable.Range(1, 1000), value => Assert.Equal(10, places.Count(u => plain.FromUnit(u) == value)));
        Assert.Equal(places.Count(u => log.FromUnit(u) < 32), places.Count(u => log.FromUnit(u) >= 32), 2000.0);
    }
}
