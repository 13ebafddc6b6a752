using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Optimization.Tests.Spaces;

public sealed class SpaceReaderTests
{
    private static ParameterSpace Read(string space, string? constraints = null) =>
        SpaceReader.Read(JsonElement.Parse(space), constraints is null ? null : JsonElement.Parse(constraints));

    [Fact]
    public void Reads_lists_and_objects_of_every_type()
    {
        ParameterSpace space = Read("""
            {"fast": [5, 10, 20], "slow": {"type": "int", "low": 20, "high": 60, "step": 20}, "k": {"type": "float", "low": 0.1, "high": 0.5, "step": 0.1},
             "rate": {"type": "float", "low": 0.001, "high": 1, "log": true}, "kind": {"type": "categorical", "choices": ["ema", "sma", true]}, "on": {"type": "bool"}, "fixed": 3}
            """);

        Assert.Equal(["fast", "slow", "k", "rate", "kind", "on", "fixed"], space.Parameters.Select(p => p.Name));
        Assert.Equal([3, 3, 5, null, 3, 2, 1], space.Parameters.Select(p => p.Count));
        Assert.Equal([20, 40, 60], Enumerable.Range(0, 3).Select(space.Parameters[1].At));
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5], Enumerable.Range(0, 5).Select(space.Parameters[2].At));
        Assert.True(space.Parameters[3].IsLog);
        Assert.Equal([true, true, true, true, false, false, true], space.Parameters.Select(p => p.IsOrdered));
    }

    [Theory]
    [InlineData("""[1]""", "param_space", "[1]")]
    [InlineData("""{}""", "param_space", "empty")]
    [InlineData("""{"fast": null}""", "param_space.fast", "null")]
    [InlineData("""{"fast": []}""", "param_space.fast", "an empty list")]
    [InlineData("""{"fast": [1, 1]}""", "param_space.fast", "a list with 1 twice")]
    [InlineData("""{"fast": [1, [2]]}""", "param_space.fast[1]", "[2]")]
    [InlineData("""{"fast": {"low": 1, "high": 2}}""", "param_space.fast.type", "missing")]
    [InlineData("""{"fast": {"type": "integr", "low": 1, "high": 2}}""", "param_space.fast.type", "integr")]
    [InlineData("""{"fast": {"type": "int", "high": 2}}""", "param_space.fast.low", "missing")]
    [InlineData("""{"fast": {"type": "int", "low": 1.5, "high": 2}}""", "param_space.fast.low", "1.5")]
    [InlineData("""{"fast": {"type": "int", "low": "1", "high": 2}}""", "param_space.fast.low", "\"1\"")]
    [InlineData("""{"fast": {"type": "int", "low": 3, "high": 2}}""", "param_space.fast.high", "2")]
    [InlineData("""{"fast": {"type": "int", "low": 1, "high": 2, "step": 0}}""", "param_space.fast.step", "0")]
    [InlineData("""{"fast": {"type": "int", "low": 0, "high": 2, "log": true}}""", "param_space.fast.low", "0")]
    [InlineData("""{"fast": {"type": "int", "low": 1, "high": 2, "log": 1}}""", "param_space.fast.log", "1")]
    [InlineData("""{"fast": {"type": "float", "low": 0, "high": 2, "log": true}}""", "param_space.fast.low", "0")]
    [InlineData("""{"fast": {"type": "float", "low": 1, "high": 2, "log": true, "step": 0.5}}""", "param_space.fast.step", "0.5")]
    [InlineData("""{"fast": {"type": "float", "low": 1, "high": 1e300}}""", "param_space.fast.high", "1E+300")]
    [InlineData("""{"fast": {"type": "int", "low": 1, "high": 2, "stepp": 1}}""", "param_space.fast.stepp", "no member")]
    [InlineData("""{"kind": {"type": "categorical"}}""", "param_space.kind.choices", "missing")]
    [InlineData("""{"fast": {"type": "int", "low": 1, "high": 2, "when": "slow > 3"}}""", "param_space.fast.when", "unknown name 'slow'")]
    [InlineData("""{"fast": {"type": "int", "low": 1, "high": 2, "when": "fast > 3"}}""", "param_space.fast.when", "fast > 3")]
    [InlineData("""{"fast": {"type": "int", "low": 1, "high": 2, "when": {}}}""", "param_space.fast.when", "{}")]
    public void Names_the_field_and_its_value_where_a_space_is_wrong(string space, string field, string value)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(() => Read(space));

        Assert.Equal(field, error.Field);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_a_constraint_that_is_wrong()
    {
        Assert.Equal("constraints[1]", Assert.Throws<BacktestInputException>(() => Read("""{"a": [1, 2]}""", """["a > 1", "a <"]""")).Field);
        Assert.Equal("constraints", Assert.Throws<BacktestInputException>(() => Read("""{"a": [1, 2]}""", """[1]""")).Field);
    }

    [Fact]
    public void Gives_a_parameter_a_part_only_where_its_condition_holds_whatever_the_order_of_the_members()
    {
        ParameterSpace space = Read("""
            {"trail": {"type": "float", "low": 1, "high": 5, "when": {"exit": ["trailing", "both"], "on": true}},
             "exit": ["fixed", "trailing", "both"], "on": {"type": "bool"}, "deep": {"type": "int", "low": 1, "high": 9, "when": "trail > 3"}}
            """);

        Assert.Equal(new Point(4, 1, 1, 7), space.Normalize([4, 1, 1, 7]));
        Assert.Equal(new Point(2, 2, 1, double.NaN), space.Normalize([2, 2, 1, 7]));
        Assert.Equal(new Point(double.NaN, 1, 0, double.NaN), space.Normalize([4, 1, 0, 7]));
        Assert.Equal(new Point(double.NaN, 0, 1, double.NaN), space.Normalize([4, 0, 1, 7]));
    }

    [Fact]
    public void Applies_a_constraint_only_where_all_that_it_reads_has_a_part()
    {
        ParameterSpace space = Read("""{"fast": [5, 10], "slow": [5, 10], "stop": {"type": "int", "low": 1, "high": 9, "when": "fast == 5"}}""",
            """["fast < slow or fast == 10", "stop < 5"]""");

        Assert.True(space.Admits(new Point(0, 1, 4)));
        Assert.False(space.Admits(new Point(0, 1, 5)));
        Assert.False(space.Admits(new Point(0, 0, 4)));
        Assert.True(space.Admits(new Point(1, 0, double.NaN)));
    }
}
