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
        Assert.DoesNotContain("Did you mean", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Guesses_what_a_misspelt_name_was_meant_to_be()
    {
        string strategy = Assert.Throws<BacktestInputException>(() => Strategies.Find("sma_corss")).Message;
        string parameter = Assert.Throws<BacktestInputException>(() => Strategies.Create("sma_cross", new Dictionary<string, double> { ["fsat"] = 5, ["slow"] = 9 })).Message;

        Assert.EndsWith(" Did you mean sma_cross?", strategy, StringComparison.Ordinal);
        Assert.EndsWith(" Did you mean fast?", parameter, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("RSI", "rsi_mr")]
    [InlineData("RSI Mean Reversion", "rsi_mr")]
    [InlineData("rsi-reversion", "rsi_mr")]
    [InlineData("MACD", "macd")]
    [InlineData("Bollinger Bands", "bollinger")]
    [InlineData("turtle", "donchian")]
    [InlineData("Donchian Breakout", "donchian")]
    [InlineData("SuperTrend strategy", "supertrend")]
    [InlineData("Buy & Hold", "buy_hold")]
    [InlineData("buy-and-hold", "buy_hold")]
    [InlineData("DCA", "dca")]
    [InlineData("ATR Trailing Stop", "atr_trailing")]
    public void Knows_the_usual_names_of_the_others(string given, string name) => Assert.Equal(name, Strategies.Find(given).Name);

    [Fact]
    public void No_name_means_two_things()
    {
        Assert.All(Strategies.All, info =>
        {
            Assert.Equal(info, Strategies.Find(info.Name));
            Assert.All(info.Aliases.Append(info.Title), alias => Assert.Equal(info, Strategies.Find(alias)));
            Assert.All(info.Parameters, parameter => Assert.All(parameter.Aliases.Append(parameter.Name), alias =>
            {
                Dictionary<string, double> values = info.Parameters.Where(p => p.IsRequired && p != parameter).ToDictionary(p => p.Name, p => p.Default);
                values[alias] = parameter.Default;
                Assert.Equal(parameter.Default, Strategies.Create(info.Name, values).Parameters[parameter.Name]);
            }));
        });
    }

    [Fact]
    public void Refuses_a_direction_for_which_a_strategy_has_no_rule()
    {
        BacktestSettings settings = new() { Direction = TradeDirection.LongShort };

        BacktestInputException error = Assert.Throws<BacktestInputException>(
            () => Backtest.Run(Bars.FromCloses(1, 2, 3), Strategies.Create("dca_rsi"), settings, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal("direction", error.Field);
    }

    [Fact]
    public void Runs_every_strategy_on_a_series_shorter_than_its_indicators()
    {
        Assert.All(Strategies.All, info => Assert.Single(
            Backtest.Run(Bars.FromCloses(100), Strategies.Create(info.Name), new BacktestSettings(), cancellationToken: TestContext.Current.CancellationToken).Equity));
    }
}
