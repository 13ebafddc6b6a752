namespace Runnel.Backtesting.Tests;

public sealed class StrategiesTests
{
    [Theory]
    [InlineData("ema_cross", "ema_cross")]
    [InlineData("EMA Crossover", "ema_cross")]
    [InlineData("ema-crossover-strategy", "ema_cross")]
    [InlineData("EmaCross", "ema_cross")]
    [InlineData("SMA CROSSOVER", "sma_cross")]
    public void Finds_a_strategy_by_a_loose_name(string given, string name) => Assert.Equal(name, Strategies.Find(given).Name);

    [Fact]
    public void Names_what_there_is_where_a_strategy_is_unknown()
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(() => Strategies.Find("crystal ball"));

        Assert.Equal("strategy", error.Field);
        Assert.Contains("crystal ball", error.Message, StringComparison.Ordinal);
        Assert.Contains("sma_cross, ema_cross", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fast", "slow")]
    [InlineData("fast_period", "slow_period")]
    [InlineData("fastPeriod", "slowPeriod")]
    [InlineData("fast_ema", "slow_ema")]
    [InlineData("ema_fast", "ema_slow")]
    [InlineData("short_window", "long_window")]
    public void Understands_the_usual_names_of_a_parameter(string fast, string slow)
    {
        Strategy strategy = Strategies.Create("ema_cross", new Dictionary<string, double> { [fast] = 5, [slow] = 9 });

        Assert.Equal(5, strategy.Parameters["fast"]);
        Assert.Equal(9, strategy.Parameters["slow"]);
    }

    [Theory]
    [InlineData("fast", 30.0, 10.0)]
    [InlineData("fast", 10.0, 10.0)]
    [InlineData("fast", 0.0, 10.0)]
    [InlineData("fast", -3.0, 10.0)]
    [InlineData("fast", 2.5, 10.0)]
    [InlineData("fast", double.NaN, 10.0)]
    [InlineData("slow", 2.0, double.PositiveInfinity)]
    public void Refuses_an_impossible_parameter_and_names_it(string named, double fast, double slow)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(
            () => Strategies.Create("sma_cross", new Dictionary<string, double> { ["fast"] = fast, ["slow"] = slow }));

        Assert.Equal($"params.{named}", error.Field);
    }

    [Fact]
    public void Refuses_an_unknown_parameter_a_missing_one_and_one_given_twice()
    {
        Dictionary<string, double> unknown = new() { ["fast"] = 5, ["slow"] = 9, ["colour"] = 1 };
        Dictionary<string, double> missing = new() { ["fast"] = 5 };
        Dictionary<string, double> twice = new() { ["fast"] = 5, ["fast_period"] = 5, ["slow"] = 9 };

        Assert.Equal("params.colour", Assert.Throws<BacktestInputException>(() => Strategies.Create("sma_cross", unknown)).Field);
        Assert.Equal("params.slow", Assert.Throws<BacktestInputException>(() => Strategies.Create("sma_cross", missing)).Field);
        Assert.Equal("params.fast_period", Assert.Throws<BacktestInputException>(() => Strategies.Create("sma_cross", twice)).Field);
    }

    [Fact]
    public void Takes_defaults_where_no_parameter_is_given()
    {
        foreach (StrategyInfo info in Strategies.All)
            Assert.Equal(info.Parameters.Count, Strategies.Create(info.Name).Parameters.Count);
    }
}
