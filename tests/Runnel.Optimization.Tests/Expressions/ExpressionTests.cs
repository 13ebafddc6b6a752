using Runnel.Backtesting;

namespace Runnel.Optimization.Tests.Expressions;

public sealed class ExpressionTests
{
    private static readonly string[] Names = ["fast", "slow", "kind", "on", "gone", "note"];

    private static readonly ParameterValue[] Values =
        [ParameterValue.Of(5), ParameterValue.Of(20.5), ParameterValue.Of("ema"), ParameterValue.Of(true), default, ParameterValue.Of(-3)];

    [Theory]
    [InlineData("fast < slow", "true")]
    [InlineData("fast<slow and slow<=20.5", "true")]
    [InlineData("5 < fast < slow", "false")]
    [InlineData("4 < fast < slow <= 20.5", "true")]
    [InlineData("slow - fast - 1", "14.5")]
    [InlineData("slow - 0.5 * fast", "18")]
    [InlineData("(slow - 0.5) * fast / 4 % 7", "4")]
    [InlineData("-fast + -(2)", "-7")]
    [InlineData("2 - -note", "-1")]
    [InlineData("1e2 + 1.5E-1", "100.15")]
    [InlineData("min(slow, fast, 7) + max(1, 2) + abs(note) + sqrt(16) + exp(0) + log(1)", "15")]
    [InlineData("kind == 'ema' and on", "true")]
    [InlineData("kind == \"sma\" || !on", "false")]
    [InlineData("not kind == 'sma' && on == true", "true")]
    [InlineData("not fast > slow or false", "true")]
    [InlineData("true or false and false", "true")]
    [InlineData("kind != 5", "true")]
    [InlineData("gone + 1", "none")]
    [InlineData("gone < 1", "none")]
    [InlineData("gone < 1 or fast == 5", "true")]
    [InlineData("gone < 1 and fast == 6", "false")]
    [InlineData("gone < 1 and fast == 5", "none")]
    [InlineData("fast == 6 or gone < 1", "none")]
    [InlineData("1 / 0", "none")]
    [InlineData("note", "-3")]
    public void Gives_what_the_formula_says(string text, string result) =>
        Assert.Equal(result, Expression.Parse("metric", text, Names).Evaluate(Values).ToString());

    [Theory]
    [InlineData("fast <", "an operand is missing")]
    [InlineData("(fast", "a ')' is missing")]
    [InlineData("min(fast", "a ')' is missing")]
    [InlineData("fast - slow slow", "from character 13 on: 'slow'. Give an expression of fast, slow")]
    [InlineData("1 +  fastt", "at character 6 is the unknown name 'fastt'. Did you mean fast?")]
    [InlineData("fast slow", "Give an expression of fast, slow")]
    [InlineData("", "Give an expression of fast, slow")]
    [InlineData("fats < slow", "unknown name 'fats'")]
    [InlineData("pow(fast, 2)", "a call of 'pow'")]
    [InlineData("sqrt(fast, 2)", "'sqrt' of 2 arguments")]
    [InlineData("fast = slow", "Give an expression of fast, slow")]
    [InlineData("kind == 'ema", "Give an expression of fast, slow")]
    public void Refuses_what_is_no_formula_and_says_why(string text, string reason)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(() => Expression.Parse("constraints[0]", text, Names));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind < 5")]
    [InlineData("kind + 1")]
    [InlineData("fast and on")]
    [InlineData("not fast")]
    public void Refuses_to_calculate_with_what_is_no_number(string text)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(() => Expression.Parse("constraints[0]", text, Names).Evaluate(Values));

        Assert.Equal("constraints[0]", error.Field);
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_is_too_long_or_nested_too_deep_for_the_stack() =>
        Assert.Throws<BacktestInputException>(() => Expression.Parse("metric", new string('(', 5000) + "1" + new string(')', 5000), Names));

    [Fact]
    public void Survives_the_deepest_nesting_that_it_reads() =>
        Assert.Equal(1, Expression.Parse("metric", new string('(', 999) + "1" + new string(')', 999), Names).Evaluate(Values).Number);

    [Fact]
    public void Knows_which_names_it_reads() => Assert.Equal([0, 1, 3], Expression.Parse("metric", "slow > fast and (on or fast > 1)", Names).Slots);
}
