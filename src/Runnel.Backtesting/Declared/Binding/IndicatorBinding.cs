using Runnel.Shared;

namespace Runnel.Backtesting;

/// <summary>Reads the call of an indicator.</summary>
internal static class IndicatorBinding
{
    public static BoundValue Bind(ExpressionBinder binder, IndicatorDefinition definition, CallSyntax call, BarContext context)
    {
        List<ArgumentSyntax> positional = [.. call.Arguments.TakeWhile(a => a.Name is null)];
        if (call.Arguments.Skip(positional.Count).FirstOrDefault(a => a.Name is null) is { } misplaced)
            throw new ExpressionException(misplaced.At, "Arguments without a name come before those with one.");

        SeriesSource? input = definition.Input == IndicatorInputKind.Bars ? null : Input(binder, definition, call, positional, context);
        Node?[] arguments = new Node?[definition.Parameters.Length];
        if (positional.Count > arguments.Length)
            throw new ExpressionException(positional[arguments.Length].At, $"{definition.Name} takes fewer values: {definition.Signature}.");
        for (int i = 0; i < positional.Count; i++)
            arguments[i] = Argument(binder, definition, definition.Parameters[i], positional[i]);
        foreach (ArgumentSyntax named in call.Arguments.Where(a => a.Name is not null && !IsSource(a)))
        {
            int at = Array.FindIndex(definition.Parameters, p => p.Name.Equals(named.Name, StringComparison.OrdinalIgnoreCase));
            if (at < 0)
                throw new ExpressionException(named.At, $"{definition.Name} has no {named.Name}: {definition.Signature}.{Spelling.Hint(named.Name!, definition.Parameters.Select(p => p.Name))}");
            if (arguments[at] is not null)
                throw new ExpressionException(named.At, $"{named.Name} is given twice: {definition.Signature}.");
            arguments[at] = Argument(binder, definition, definition.Parameters[at], named);
        }

        Node[] complete = new Node[arguments.Length];
        for (int i = 0; i < complete.Length; i++)
        {
            double standard = definition.Parameters[i].Default;
            complete[i] = arguments[i] ?? (double.IsNaN(standard)
                ? throw new ExpressionException(call.At, $"{definition.Name} needs its {definition.Parameters[i].Name}: {definition.Signature}.")
                : binder.Nodes.Number(standard));
        }

        IndicatorUse use = binder.Sources.Use(definition, context, input, complete)
            ?? throw new ExpressionException(call.At, $"This is one indicator too many: at most {SourcePool.MostIndicators} different ones are taken.");
        return definition.Outputs.Length == 0 ? binder.Nodes.Series(binder.Sources.Output(use, 0)) : new BoundValue(null, use);
    }

    private static bool IsSource(ArgumentSyntax argument) =>
        argument.Name!.Equals("source", StringComparison.OrdinalIgnoreCase) || argument.Name.Equals("condition", StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes the input off the arguments; the close stands in where the first is a constant already.</summary>
    private static SeriesSource Input(ExpressionBinder binder, IndicatorDefinition definition, CallSyntax call, List<ArgumentSyntax> positional, BarContext context)
    {
        ArgumentSyntax? given = call.Arguments.FirstOrDefault(a => a.Name is not null && IsSource(a));
        Node? node = null;
        if (given is not null)
        {
            node = binder.Single(binder.Bind(given.Value, context), given.Value.At);
        }
        else if (positional.Count > 0)
        {
            Node first = binder.Single(binder.Bind(positional[0].Value, context), positional[0].Value.At);
            if (first.Reach != Reach.Constant || definition.Input == IndicatorInputKind.Truth || positional.Count > definition.Parameters.Length)
            {
                (given, node) = (positional[0], first);
                positional.RemoveAt(0);
            }
        }

        if (node is null)
        {
            return definition.Input == IndicatorInputKind.Number
                ? binder.Sources.Column(context, BarColumn.Close)
                : throw new ExpressionException(call.At, $"{definition.Name} needs a condition: {definition.Signature}.");
        }

        int at = given!.Value.At;
        node = definition.Input == IndicatorInputKind.Truth ? ExpressionBinder.Truth(node, at) : ExpressionBinder.Number(node, at);
        if (node.Reach == Reach.Constant)
            throw new ExpressionException(at, $"{definition.Name} needs something that changes from bar to bar, such as close: {definition.Signature}.");
        if (node.Reach > Reach.Series)
            throw new ExpressionException(at, $"What the account holds is known for the current bar alone; {definition.Name} needs earlier ones too.");
        return node is { Kind: NodeKind.Series, Source: ColumnSource or IndicatorOutput { Use.Definition.HasGaps: false }, A: { Kind: NodeKind.Number, Value: 0 } }
            ? node.Source! : binder.Sources.Expression(context, node, filled: true);
    }

    private static Node Argument(ExpressionBinder binder, IndicatorDefinition definition, IndicatorParameter parameter, ArgumentSyntax given)
    {
        Node node = binder.Constant(given.Value, $"The {parameter.Name} of {definition.Name}");
        binder.Checks.Add(new ConstantCheck(binder.Field, given.Value.At, node, $"the {parameter.Name} of {definition.Name}", parameter.Minimum, parameter.Maximum, parameter.IsWhole));
        return node;
    }
}
