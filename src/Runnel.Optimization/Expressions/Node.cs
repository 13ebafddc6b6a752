using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>A part of an expression. None in gives none out, save where the other side of and / or decides alone.</summary>
internal abstract class Node
{
    public abstract ParameterValue Of(ReadOnlySpan<ParameterValue> values);

    /// <summary>The names that it reads, as indices.</summary>
    public abstract IEnumerable<int> Slots { get; }

    protected static double Number(ParameterValue value, string function) => value.Kind == ParameterValueKind.Number
        ? value.Number
        : throw new BacktestInputException($"'{function}'", $"given {value}", "Give it numbers.");
}

internal sealed class ConstantNode(ParameterValue value) : Node
{
    public override IEnumerable<int> Slots => [];

    public override ParameterValue Of(ReadOnlySpan<ParameterValue> values) => value;
}

internal sealed class NameNode(int slot) : Node
{
    public override IEnumerable<int> Slots => [slot];

    public override ParameterValue Of(ReadOnlySpan<ParameterValue> values) => values[slot];
}

/// <summary>A function of numbers: an operator, or a name with arguments.</summary>
internal sealed class FunctionNode(string name, IReadOnlyList<Node> arguments, Func<double[], double> function) : Node
{
    public override IEnumerable<int> Slots => arguments.SelectMany(a => a.Slots);

    public override ParameterValue Of(ReadOnlySpan<ParameterValue> values)
    {
        double[] numbers = new double[arguments.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            ParameterValue value = arguments[i].Of(values);
            if (value.Kind == ParameterValueKind.None)
                return default;
            numbers[i] = Number(value, name);
        }

        return ParameterValue.Of(function(numbers));
    }
}

/// <summary>a &lt; b, or a chain: a &lt; b &lt;= c.</summary>
internal sealed class ComparisonNode(Node first, IReadOnlyList<(string Operator, Node Operand)> rest) : Node
{
    public override IEnumerable<int> Slots => rest.SelectMany(r => r.Operand.Slots).Concat(first.Slots);

    public override ParameterValue Of(ReadOnlySpan<ParameterValue> values)
    {
        ParameterValue left = first.Of(values);
        bool all = true;
        foreach ((string comparison, Node operand) in rest)
        {
            ParameterValue right = operand.Of(values);
            if (left.Kind == ParameterValueKind.None || right.Kind == ParameterValueKind.None)
                return default;
            all &= comparison switch
            {
                "==" => left == right,
                "!=" => left != right,
                "<" => Number(left, comparison) < Number(right, comparison),
                "<=" => Number(left, comparison) <= Number(right, comparison),
                ">" => Number(left, comparison) > Number(right, comparison),
                _ => Number(left, comparison) >= Number(right, comparison),
            };
            left = right;
        }

        return ParameterValue.Of(all);
    }
}

/// <summary>a and b, a or b: decided by the first operand that decides, none if none does and one is none.</summary>
internal sealed class LogicNode(string name, Node left, Node right, bool decides) : Node
{
    public override IEnumerable<int> Slots => left.Slots.Concat(right.Slots);

    public override ParameterValue Of(ReadOnlySpan<ParameterValue> values)
    {
        ParameterValue first = Truth(left.Of(values), name);
        if (Decides(first))
            return first;
        ParameterValue second = Truth(right.Of(values), name);
        return Decides(second) || first.Kind != ParameterValueKind.None ? second : first;
    }

    public static ParameterValue Truth(ParameterValue value, string name) => value.Kind is ParameterValueKind.Boolean or ParameterValueKind.None
        ? value
        : throw new BacktestInputException($"'{name}'", $"given {value}", "Give it comparisons or truth values.");

    private bool Decides(ParameterValue value) => decides ? value.IsTrue : value.IsFalse;
}

internal sealed class NotNode(Node operand) : Node
{
    public override IEnumerable<int> Slots => operand.Slots;

    public override ParameterValue Of(ReadOnlySpan<ParameterValue> values)
    {
        ParameterValue value = LogicNode.Truth(operand.Of(values), "not");
        return value.Kind == ParameterValueKind.None ? value : ParameterValue.Of(value.IsFalse);
    }
}
