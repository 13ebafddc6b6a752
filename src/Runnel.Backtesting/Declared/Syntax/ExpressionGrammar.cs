using Parlot;
using Parlot.Fluent;
using static Parlot.Fluent.Parsers;

namespace Runnel.Backtesting;

/// <summary>The grammar of rules, in docs/backtesting/declared-strategies.md. Knows no name: those are looked up afterwards.</summary>
internal static class ExpressionGrammar
{
    public const int LongestText = 4_000;
    private const int DeepestNesting = 48; // of brackets; the parser recurses for those alone

    private static readonly Parser<SyntaxNode> Whole = Build();

    /// <summary>Reads an expression.</summary>
    /// <exception cref="ExpressionException">It is none; says where and what was expected.</exception>
    public static SyntaxNode Parse(string text)
    {
        if (text.Length > LongestText)
            throw new ExpressionException(LongestText, $"It has {text.Length} characters; give at most {LongestText}, and put parts into 'let'.");
        ParseContext context = new(new Scanner(text), DeepestNesting);
        try
        {
            ParseResult<SyntaxNode> result = default;
            bool isRead = Whole.Parse(context, ref result);
            int end = context.Scanner.Cursor.Offset;
            if (isRead && IsBlank(text, end))
                return result.Value;
            throw Leftover(text, isRead ? end : 0);
        }
        catch (ParseException e) when (IsTooDeep(text))
        {
            throw new ExpressionException(e.Position.Offset, $"Brackets are nested more than {DeepestNesting} deep; put parts into 'let'.");
        }
        catch (ParseException e)
        {
            throw new ExpressionException(SkipBlanks(text, e.Position.Offset), $"{e.Message}.");
        }
    }

    private static Parser<SyntaxNode> Build()
    {
        Deferred<SyntaxNode> expression = Deferred<SyntaxNode>();
        Parser<TextSpan> name = Terms.Identifier().When((_, span) => !IsKeyword(span.Span));
        Parser<(int At, string Name)> placedName = name.Then((context, start, _, span) => (At(context, start), span.ToString()!));

        Parser<ArgumentSyntax> argument = OneOf(
            placedName.AndSkip(Terms.Char('=')).AndSkip(Not(Literals.Char('='))).And(expression)
                .Then(x => new ArgumentSyntax(x.Item1.At, x.Item1.Name, x.Item2)),
            expression.Then(x => new ArgumentSyntax(x.At, null, x)));
        Parser<IReadOnlyList<ArgumentSyntax>> arguments = OneOf(
            Terms.Char('(').AndSkip(Terms.Char(')')).Then<IReadOnlyList<ArgumentSyntax>>(_ => []),
            Terms.Char('(').SkipAnd(Separated(Terms.Char(','), argument)).AndSkip(Terms.Char(')').ElseError("Expected ',' or ')'")));

        Parser<SyntaxNode> primary = OneOf(
            Terms.Number<double>(NumberStyle).Then<SyntaxNode>((context, start, _, value) => new NumberSyntax(At(context, start), value)),
            Terms.String().Then<SyntaxNode>((context, start, _, value) => new TextSyntax(At(context, start), value.ToString()!)),
            placedName.And(arguments).Then<SyntaxNode>(x => new CallSyntax(x.Item1.At, x.Item1.Name, x.Item2)),
            placedName.Then(Named),
            Terms.Char('(').SkipAnd(expression).AndSkip(Terms.Char(')').ElseError("Expected ')'")))
            .ElseError("Expected a value: a number, a name or '('");

        Parser<Func<SyntaxNode, SyntaxNode>> suffix = OneOf(
            Terms.Char('[').SkipAnd(expression).AndSkip(Terms.Char(']').ElseError("Expected ']'"))
                .Then<Func<SyntaxNode, SyntaxNode>>(bars => source => new ShiftSyntax(source, bars)),
            Terms.Char('.').SkipAnd(placedName.ElseError("Expected the name of an output, such as 'upper'"))
                .Then<Func<SyntaxNode, SyntaxNode>>(member => source => new MemberSyntax(source, member.Name, member.At)));
        Parser<SyntaxNode> suffixed = primary.And(ZeroOrMany(suffix)).Then(x => x.Item2.Aggregate(x.Item1, (node, wrap) => wrap(node)));

        Parser<SyntaxNode> signed = Prefixed(Terms.Char('-').Then(NodeKind.Negate), suffixed);
        Parser<SyntaxNode> product = Chain(signed, (Terms.Char('*').Then("*"), NodeKind.Multiply), (Terms.Char('/').Then("/"), NodeKind.Divide));
        Parser<SyntaxNode> sum = Chain(product, (Terms.Char('+').Then("+"), NodeKind.Add), (Terms.Char('-').Then("-"), NodeKind.Subtract));
        Parser<NodeKind> comparing = OneOf(
            Terms.Text("<=").Then(NodeKind.AtMost), Terms.Text(">=").Then(NodeKind.AtLeast), Terms.Text("==").Then(NodeKind.Equal),
            Terms.Text("!=").Then(NodeKind.NotEqual), Terms.Text("<").Then(NodeKind.Less), Terms.Text(">").Then(NodeKind.Greater));
        Parser<SyntaxNode> comparison = sum.And(ZeroOrMany(comparing.And(sum))).Then((context, x) => Compare(context, x.Item1, x.Item2));
        Parser<SyntaxNode> negated = Prefixed(Word("not", "!").Then(NodeKind.Not), comparison);
        Parser<SyntaxNode> both = Chain(negated, (Word("and", "&&"), NodeKind.And));
        expression.Parser = Chain(both, (Word("or", "||"), NodeKind.Or));
        return expression;
    }

    private const NumberOptions NumberStyle = NumberOptions.AllowDecimalSeparator | NumberOptions.AllowExponent;

    private static Parser<string> Word(string word, string sign) => OneOf(
        Terms.Identifier().When((_, span) => span.Span.Equals(word, StringComparison.OrdinalIgnoreCase)).Then(word),
        sign == "!" ? Terms.Char('!').AndSkip(Not(Literals.Char('='))).Then(word) : Terms.Text(sign).Then(word));

    private static Parser<SyntaxNode> Chain(Parser<SyntaxNode> operand, params (Parser<string> Sign, NodeKind Operation)[] operators) =>
        operand.LeftAssociative([.. operators.Select(o => (o.Sign, (Func<SyntaxNode, SyntaxNode, SyntaxNode>)((left, right) => new BinarySyntax(o.Operation, left, right))))]);

    private static Parser<SyntaxNode> Prefixed(Parser<NodeKind> sign, Parser<SyntaxNode> operand) =>
        ZeroOrMany(sign.Then((context, start, _, kind) => (At: At(context, start), Kind: kind))).And(operand)
            .Then(x => x.Item1.Reverse().Aggregate(x.Item2, (node, prefix) => new UnarySyntax(prefix.At, prefix.Kind, node)));

    private static SyntaxNode Compare(ParseContext context, SyntaxNode first, IReadOnlyList<(NodeKind Kind, SyntaxNode Right)> rest) => rest.Count switch
    {
        0 => first,
        1 => new BinarySyntax(rest[0].Kind, first, rest[0].Right),
        _ => throw new ParseException("Comparisons do not chain; join two with 'and'", At(rest[1].Right.At)),
    };

    private static SyntaxNode Named((int At, string Name) named) => named.Name.ToLowerInvariant() switch
    {
        "true" => new BoolSyntax(named.At, true),
        "false" => new BoolSyntax(named.At, false),
        _ => new NameSyntax(named.At, named.Name),
    };

    private static bool IsKeyword(ReadOnlySpan<char> word) => word.Equals("and", StringComparison.OrdinalIgnoreCase)
        || word.Equals("or", StringComparison.OrdinalIgnoreCase) || word.Equals("not", StringComparison.OrdinalIgnoreCase);

    private static ExpressionException Leftover(string text, int from)
    {
        int at = SkipBlanks(text, from);
        return new ExpressionException(at, text[at] switch
        {
            '=' => "Expected an operator or the end; two values are compared by '=='.",
            ')' or ']' => $"This '{text[at]}' closes nothing.",
            _ => "Expected an operator (and, or, +, -, *, /, <, >, …) or the end.",
        });
    }

    private static bool IsTooDeep(string text)
    {
        int depth = 0, deepest = 0;
        foreach (char c in text)
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            deepest = Math.Max(deepest, depth);
        }

        return deepest >= DeepestNesting;
    }

    private static int At(ParseContext context, int start) => SkipBlanks(context.Scanner.Buffer, start);

    private static TextPosition At(int offset) => new(offset, 1, offset + 1);

    private static bool IsBlank(string text, int from) => string.IsNullOrWhiteSpace(text[from..]);

    private static int SkipBlanks(string text, int from)
    {
        while (from < text.Length && char.IsWhiteSpace(text[from]))
            from++;
        return from;
    }
}
