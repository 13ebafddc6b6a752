namespace Runnel.Backtesting.Tests.Declared;

public sealed class DeclarationErrorTests
{
    [Theory]
    [InlineData("cross_above(ema(close, 10), ema(close, slowx))", 40, "There is no name slowx. Did you mean slow?")]
    [InlineData("close > emaa(close, 10)", 9, "There is no function emaa. Did you mean ema?")]
    [InlineData("close > ema", 9, "ema needs brackets: ema(source = close, length)")]
    [InlineData("close >", 8, "Expected a value")]
    [InlineData("close > (1 + 2", 15, "Expected ')'")]
    [InlineData("close > ema(close, 10", 22, "Expected ',' or ')'")]
    [InlineData("close > 1)", 10, "closes nothing")]
    [InlineData("close = 1", 7, "'=='")]
    [InlineData("1 < close < 2", 13, "do not chain")]
    [InlineData("close", 1, "a condition is needed")]
    [InlineData("close > 1 and volume", 15, "a condition is needed")]
    [InlineData("close + (close > 1) > 2", 10, "a number is needed")]
    [InlineData("close > bollinger(close, 20, 2)", 9, "bollinger has several outputs; say which: .upper, .middle, .lower.")]
    [InlineData("close > bollinger(close, 20, 2).uper", 33, "Did you mean upper?")]
    [InlineData("close > rsi(14).upper", 9, "This has no outputs")]
    [InlineData("close > ema(close, close)", 20, "cannot change from bar to bar")]
    [InlineData("close > ema(close)", 9, "ema needs its length")]
    [InlineData("close > ema(close, 10, 20)", 24, "ema takes fewer values")]
    [InlineData("close > ema(close, len = 10)", 20, "ema has no len")]
    [InlineData("close > ema(5, 10)", 13, "needs something that changes from bar to bar")]
    [InlineData("close > ema(entry_price, 10)", 13, "known for the current bar alone")]
    [InlineData("entry_price[1] > 5", 1, "known for the current bar alone")]
    [InlineData("close[close] > 5", 7, "cannot change from bar to bar")]
    [InlineData("close > interval(\"7h\", close)", 18, "'7h' is no interval")]
    [InlineData("close > interval(4, close)", 18, "The interval comes first")]
    [InlineData("interval(\"4h\", close > interval(\"1d\", close))", 33, "An interval inside another")]
    [InlineData("interval(\"4h\", close > entry_price)", 24, "belongs to the account")]
    [InlineData("close > \"4h\"", 9, "Text stands only for the interval")]
    [InlineData("cross_above(close)", 1, "cross_above takes 2 values, not 1")]
    [InlineData("close > 1 $ 2", 11, "Expected an operator")]
    [InlineData("", 1, "Expected a value")]
    public void Names_the_column_and_what_to_give(string text, int column, string part)
    {
        StrategyDeclaration declaration = new() { Parameters = new Dictionary<string, double> { ["slow"] = 30 }, EntryLong = text };

        DeclarationError error = Assert.Single(DeclaredStrategy.Check(declaration));

        Assert.Equal(("entry.long", column), (error.Field, error.Column));
        Assert.Contains(part, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_everything_that_is_wrong_at_once_and_each_thing_once()
    {
        StrategyDeclaration declaration = new()
        {
            Parameters = new Dictionary<string, double> { ["close"] = 1, ["n"] = double.NaN },
            Ranges = new Dictionary<string, ParameterRange> { ["m"] = new(1, 2) },
            Let = new Dictionary<string, string> { ["bad"] = "emma(close, 5)", ["uses"] = "bad + 1", ["a"] = "b", ["b"] = "a", ["broken"] = "1 +" },
            EntryLong = "bad > uses",
            ExitLong = "broken > 1",
            StopLoss = new(DeclaredLevelKind.Price, "0.02"),
            TrailingStop = new(DeclaredLevelKind.Distance, "entry_price"),
            Size = new(SizeKind.Fraction, "close > 1"),
            Require = "n < volume",
            MaxOpen = 0,
        };

        IReadOnlyList<DeclarationError> errors = DeclaredStrategy.Check(declaration);

        Assert.Equal(
            ["params.close", "params.n", "ranges.m", "let.broken", "let.bad", "let.b", "require", "stop_loss", "trailing_stop", "size", "max_open"],
            errors.Select(e => e.Field));
        Assert.Contains("{\"percent\": 2}", errors.Single(e => e.Field == "stop_loss").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wants_an_entry_and_a_stop_for_a_size_by_risk()
    {
        Assert.Equal("entry", Assert.Single(DeclaredStrategy.Check(new StrategyDeclaration { ExitLong = "close > 1" })).Field);
        Assert.Equal("size.risk", Assert.Single(DeclaredStrategy.Check(new StrategyDeclaration { EntryLong = "close > 1", Size = new(SizeKind.Risk, "0.01") })).Field);
    }

    [Fact]
    public void Bounds_length_nesting_and_what_let_makes_of_it()
    {
        string[] tooMuch =
        [
            new string('(', 60) + "close" + new string(')', 60) + " > 1",
            string.Join(" + ", Enumerable.Repeat("close", 200)) + " > 1",
            new string(' ', 5_000) + "close > 1",
            string.Concat(Enumerable.Repeat("not ", 900)) + "close > 1",
            string.Join(" or ", Enumerable.Range(1, 70).Select(n => $"close > sma({n})")),
        ];
        Dictionary<string, string> doubling = new() { ["x0"] = "close" };
        for (int i = 1; i < 60; i++)
            doubling[$"x{i}"] = $"x{i - 1} + x{i - 1}[1]";

        Assert.All(tooMuch, text => Assert.Single(DeclaredStrategy.Check(new StrategyDeclaration { EntryLong = text })));
        Assert.NotEmpty(DeclaredStrategy.Check(new StrategyDeclaration { Let = doubling, EntryLong = "x59 > 1" }));
    }

    [Theory]
    [InlineData("fast", 0, "params.fast")]
    [InlineData("fast", 2.5, "params.fast")]
    [InlineData("slow", 9, "params.slow")]
    [InlineData("fast", 40, "params")]
    public void Holds_the_parameters_to_their_use_their_range_and_the_requirement(string name, double value, string field)
    {
        StrategyInfo info = DeclaredStrategy.Compile(new StrategyDeclaration
        {
            Parameters = new Dictionary<string, double> { ["fast"] = 10, ["slow"] = 30 },
            Ranges = new Dictionary<string, ParameterRange> { ["slow"] = new(10, 200) },
            Require = "fast < slow",
            EntryLong = "ema(close, fast) > ema(close, slow)",
        });

        BacktestInputException error = Assert.Throws<BacktestInputException>(() => info.Create(new Dictionary<string, double> { [name] = value }));

        Assert.Equal(field, error.Field);
        Assert.Equal((10.0, 200.0, true), (info.Parameters[1].Minimum, info.Parameters[1].Maximum, info.Parameters[1].IsInteger));
    }
}
