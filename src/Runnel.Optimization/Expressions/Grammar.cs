using System.Globalization;
using Parlot.Fluent;
using Runnel.Backtesting;
using Runnel.Numerics;
using Runnel.Shared;
using static Parlot.Fluent.Parsers;

namespace Runnel.Optimization;

/// <summary>Names, numbers, 'texts', true, false; + - * / %, comparisons (also chained), not, and, or; abs, min, max, sqrt, log, exp.</summary>
internal static class Grammar
{
    /// <summary>As much of a text as is an expression.</summary>
    public static readonly Parser<Node> Beginning = Create();

    /// <summary>A text that is an expression to its end.</summary>
    public static readonly Parser<Node> Whole = Beginning.Eof();

    private static Parser<Node> Create()
    {
        Deferred<Node> expression = Deferred<Node>();
        Parser<Node> number = Terms.Number<double>(NumberOptions.AllowDecimalSeparator | NumberOptions.AllowExponent)
            .Then<Node>(n => new ConstantNode(ParameterValue.Of(n)));
        Parser<Node> text = Terms.String(StringLiteralQuotes.SingleOrDouble).Then<Node>(t => new ConstantNode(ParameterValue.Of(t.ToString())));
        Parser<Node> group = Between(Terms.Char('('), expression, Terms.Char(')').ElseError("a ')' is missing"));
        Parser<Node> call = Terms.Identifier().AndSkip(Terms.Char('(')).And(Separated(Terms.Char(','), expression)).AndSkip(Terms.Char(')').ElseError("a ')' is missing"))
            .Then<Node>(c => Call(c.Item1.ToString()!, c.Item2));
        Parser<Node> name = Terms.Identifier().Then((context, n) => Name((NamesContext)context, n.ToString()!, n.Offset));

        Deferred<Node> unary = Deferred<Node>();
        unary.Parser = Terms.Char('-').SkipAnd(unary).Then<Node>(o => new FunctionNode("-", [o], a => -a[0]))
            .Or(OneOf(number, text, group, call, name));
        Parser<Node> product = unary.LeftAssociative(
            (Terms.Char('*'), (a, b) => new FunctionNode("*", [a, b], n => n[0] * n[1])),
            (Terms.Char('/'), (a, b) => new FunctionNode("/", [a, b], n => n[0] / n[1])),
            (Terms.Char('%'), (a, b) => new FunctionNode("%", [a, b], n => n[0] % n[1])));
        Parser<Node> sum = product.LeftAssociative(
            (Terms.Char('+'), (a, b) => new FunctionNode("+", [a, b], n => n[0] + n[1])),
            (Terms.Char('-'), (a, b) => new FunctionNode("-", [a, b], n => n[0] - n[1])));

        Parser<string> comparison = OneOf(Terms.Text("<="), Terms.Text(">="), Terms.Text("=="), Terms.Text("!="), Terms.Text("<"), Terms.Text(">"));
        Parser<Node> compared = sum.And(ZeroOrMany(comparison.And(sum.ElseError("an operand is missing")))).Then(c => c.Item2.Count == 0
            ? c.Item1
            : new ComparisonNode(c.Item1, [.. c.Item2.Select(r => (r.Item1, r.Item2))]));

        Deferred<Node> negated = Deferred<Node>();
        negated.Parser = OneOf(Terms.Keyword("not"), Terms.Text("!")).SkipAnd(negated).Then<Node>(o => new NotNode(o)).Or(compared);
        Parser<Node> both = negated.LeftAssociative(
            (OneOf(Terms.Keyword("and"), Terms.Text("&&")), (a, b) => new LogicNode("and", a, b, decides: false)));
        expression.Parser = both.LeftAssociative(
            (OneOf(Terms.Keyword("or"), Terms.Text("||")), (a, b) => new LogicNode("or", a, b, decides: true)));
        return expression;
    }

    private static Node Name(NamesContext context, string name, int offset)
    {
        if (name is "true" or "false")
            return new ConstantNode(ParameterValue.Of(name == "true"));
        int slot = context.Names.IndexOf(name);
        return slot >= 0
            ? new NameNode(slot)
            : throw new BacktestInputException(context.Field, string.Create(CultureInfo.InvariantCulture, $"'{context.Text}', in which at character {offset + 1} is the unknown name '{name}'"),
                $"{(Spelling.Nearest(name, context.Names) is { } near ? $"Did you mean {near}? " : "")}Use one of {string.Join(", ", context.Names)}; write texts in quotes.");
    }

    private static FunctionNode Call(string name, IReadOnlyList<Node> arguments)
    {
        (int most, Func<double[], double> function) = name switch
        {
            "abs" => (1, n => Math.Abs(n[0])),
            "sqrt" => (1, n => Math.Sqrt(n[0])),
            "log" => (1, n => PortableMath.Log(n[0])),
            "exp" => (1, n => PortableMath.Exp(n[0])),
            "min" => (int.MaxValue, n => n.Min()),
            "max" => (int.MaxValue, (Func<double[], double>)(n => n.Max())),
            _ => throw new BacktestInputException("expression", $"a call of '{name}'", "Use abs, sqrt, log, exp, min or max."),
        };
        if (arguments.Count > most)
            throw new BacktestInputException("expression", $"'{name}' of {arguments.Count} arguments", $"Give at most {most}.");
        return new FunctionNode(name, arguments, function);
    }

    internal sealed class NamesContext(string field, string text, IReadOnlyList<string> names) : ParseContext(new Parlot.Scanner(text))
    {
        public string Field => @field;

        public string Text => text;

        public List<string> Names { get; } = [.. names];
    }
}
