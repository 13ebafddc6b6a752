namespace Runnel.Backtesting;

/// <summary>Reads the call of a function that is no indicator.</summary>
internal static class FunctionBinding
{
    private const int MostOperands = 8;

    public static BoundValue Bind(ExpressionBinder binder, CallSyntax call, BarContext context)
    {
        string name = call.Name.ToLowerInvariant();
        if (call.Arguments.FirstOrDefault(a => a.Name is not null) is { } named)
            throw new ExpressionException(named.At, $"{name} takes values without names: {Words.Functions[name].Signature}.");
        SyntaxNode[] given = [.. call.Arguments.Select(a => a.Value)];
        (int least, int most) = name switch
        {
            "cross_above" or "cross_below" or "cross" or "interval" => (2, 2),
            "prev" or "change" or "rising" or "falling" => (1, 2),
            "min" or "max" => (2, MostOperands),
            "if" => (3, 3),
            _ => (1, 1),
        };
        if (given.Length < least || given.Length > most)
            throw new ExpressionException(call.At, $"{name} takes {(least == most ? least : $"{least} to {most}")} values, not {given.Length}: {Words.Functions[name].Signature}.");

        NodePool nodes = binder.Nodes;
        switch (name)
        {
            case "cross_above":
                return Cross(binder, binder.Number(given[0]), binder.Number(given[1]), given[0].At, above: true);
            case "cross_below":
                return Cross(binder, binder.Number(given[0]), binder.Number(given[1]), given[0].At, above: false);
            case "cross":
                (Node a, Node b) = (binder.Number(given[0]), binder.Number(given[1]));
                return nodes.Operate(NodeKind.Either, isTruth: true, Cross(binder, a, b, given[0].At, above: true), Cross(binder, a, b, given[0].At, above: false));
            case "prev":
                return Earlier(binder, binder.Single(binder.Bind(given[0], context), given[0].At), given);
            case "change" or "rising" or "falling":
                Node now = binder.Number(given[0]), before = Earlier(binder, now, given);
                NodeKind kind = name == "change" ? NodeKind.Subtract : name == "rising" ? NodeKind.Greater : NodeKind.Less;
                return nodes.Operate(kind, name != "change", now, before);
            case "min" or "max":
                Node[] operands = [.. given.Select(binder.Number)];
                return operands.Aggregate((x, y) => nodes.Operate(name == "min" ? NodeKind.Minimum : NodeKind.Maximum, isTruth: false, x, y));
            case "if":
                return If(binder, given, context);
            case "interval":
                return Interval(binder, given, context);
            default:
                return nodes.Operate(Math(name), isTruth: false, binder.Number(given[0]));
        }
    }

    private static NodeKind Math(string name) => name switch
    {
        "abs" => NodeKind.Absolute,
        "sqrt" => NodeKind.SquareRoot,
        "floor" => NodeKind.Floor,
        "ceil" => NodeKind.Ceiling,
        "round" => NodeKind.Round,
        _ => NodeKind.Sign,
    };

    private static Node Cross(ExpressionBinder binder, Node a, Node b, int at, bool above)
    {
        NodePool nodes = binder.Nodes;
        Node one = nodes.Number(1);
        Node before = nodes.Operate(above ? NodeKind.AtMost : NodeKind.AtLeast, isTruth: true, binder.Shift(a, one, at), binder.Shift(b, one, at));
        return nodes.Operate(NodeKind.Both, isTruth: true, before, nodes.Operate(above ? NodeKind.Greater : NodeKind.Less, isTruth: true, a, b));
    }

    private static Node Earlier(ExpressionBinder binder, Node node, SyntaxNode[] given) =>
        binder.Shift(node, given.Length > 1 ? binder.Bars(given[1]) : binder.Nodes.Number(1), given[0].At);

    private static Node If(ExpressionBinder binder, SyntaxNode[] given, BarContext context)
    {
        Node condition = binder.Truth(given[0]), a = binder.Single(binder.Bind(given[1], context), given[1].At);
        Node b = a.IsTruth ? binder.Truth(given[2]) : binder.Number(given[2]);
        return binder.Nodes.Operate(NodeKind.If, a.IsTruth, condition, a, b);
    }

    private static BoundValue Interval(ExpressionBinder binder, SyntaxNode[] given, BarContext context)
    {
        const string remedy = "give minutes or hours that divide a day, 1d, 1w or 1M in quotes, for instance interval(\"4h\", ema(close, 20)).";
        if (given[0] is not TextSyntax text)
            throw new ExpressionException(given[0].At, "The interval comes first: " + remedy);
        if (BarInterval.Parse(text.Value) is not { } interval)
            throw new ExpressionException(text.At, $"'{text.Value}' is no interval: {remedy}");
        if (context.Interval is not null)
            throw new ExpressionException(given[0].At, "An interval inside another has no meaning; take it out.");

        BarContext longer = binder.Sources.Context(interval);
        BoundValue bound = binder.Bind(given[1], longer);
        if (bound.Use is { Definition: { HasMainOutput: false } definition })
            throw new ExpressionException(given[1].At, $"Pick the output inside the brackets, for instance interval(\"{interval}\", {definition.Name}(…).{definition.Outputs[0]}).");

        Node node = binder.Single(bound, given[1].At);
        if (node.Reach == Reach.Constant)
            throw new ExpressionException(given[1].At, "This is the same on every interval; leave interval(…) out.");
        SeriesSource inner = node is { Kind: NodeKind.Series, A: { Kind: NodeKind.Number, Value: 0 } } ? node.Source! : binder.Sources.Expression(longer, node, filled: false);
        return binder.Nodes.Series(binder.Sources.Interval(inner));
    }
}
