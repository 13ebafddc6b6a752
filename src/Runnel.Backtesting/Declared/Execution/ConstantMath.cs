namespace Runnel.Backtesting;

/// <summary>Works out nodes that parameters alone decide.</summary>
internal static class ConstantMath
{
    public static double Number(Node node, double[] parameters) => node.Kind switch
    {
        NodeKind.Number => node.Value,
        NodeKind.Parameter => parameters[node.Index],
        NodeKind.Negate => -Number(node.A!, parameters),
        NodeKind.Add => Number(node.A!, parameters) + Number(node.B!, parameters),
        NodeKind.Subtract => Number(node.A!, parameters) - Number(node.B!, parameters),
        NodeKind.Multiply => Number(node.A!, parameters) * Number(node.B!, parameters),
        NodeKind.Divide => Number(node.A!, parameters) / Number(node.B!, parameters),
        NodeKind.Minimum => ExpressionMath.Min(Number(node.A!, parameters), Number(node.B!, parameters)),
        NodeKind.Maximum => ExpressionMath.Max(Number(node.A!, parameters), Number(node.B!, parameters)),
        NodeKind.Absolute => ExpressionMath.Abs(Number(node.A!, parameters)),
        NodeKind.SquareRoot => ExpressionMath.Sqrt(Number(node.A!, parameters)),
        NodeKind.Floor => ExpressionMath.Floor(Number(node.A!, parameters)),
        NodeKind.Ceiling => ExpressionMath.Ceiling(Number(node.A!, parameters)),
        NodeKind.Round => ExpressionMath.Round(Number(node.A!, parameters)),
        NodeKind.Sign => ExpressionMath.Sign(Number(node.A!, parameters)),
        NodeKind.If => Truth(node.A!, parameters) ? Number(node.B!, parameters) : Number(node.C!, parameters),
        _ => throw new InvalidOperationException($"{node.Kind} is no constant number."),
    };

    public static bool Truth(Node node, double[] parameters) => node.Kind switch
    {
        NodeKind.True => true,
        NodeKind.False => false,
        NodeKind.Not => !Truth(node.A!, parameters),
        NodeKind.And or NodeKind.Both => Truth(node.A!, parameters) && Truth(node.B!, parameters),
        NodeKind.Or or NodeKind.Either => Truth(node.A!, parameters) || Truth(node.B!, parameters),
        NodeKind.Less => Number(node.A!, parameters) < Number(node.B!, parameters),
        NodeKind.AtMost => Number(node.A!, parameters) <= Number(node.B!, parameters),
        NodeKind.Greater => Number(node.A!, parameters) > Number(node.B!, parameters),
        NodeKind.AtLeast => Number(node.A!, parameters) >= Number(node.B!, parameters),
        NodeKind.Equal => Number(node.A!, parameters) == Number(node.B!, parameters),
        NodeKind.NotEqual => ExpressionMath.Differ(Number(node.A!, parameters), Number(node.B!, parameters)),
        NodeKind.If => Truth(node.A!, parameters) ? Truth(node.B!, parameters) : Truth(node.C!, parameters),
        _ => throw new InvalidOperationException($"{node.Kind} is no constant condition."),
    };
}
