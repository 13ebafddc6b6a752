namespace Runnel.Backtesting;

/// <summary>What an expression says, before names are looked up. <see cref="At"/> is the offset of its first character.</summary>
internal abstract record SyntaxNode(int At)
{
    /// <summary>Nodes on the longest way down, this one included.</summary>
    public int Depth { get; protected init; } = 1;

    protected static int Over(params ReadOnlySpan<SyntaxNode> parts)
    {
        int deepest = 0;
        foreach (SyntaxNode part in parts)
            deepest = Math.Max(deepest, part.Depth);
        return deepest + 1;
    }
}

internal sealed record NumberSyntax(int At, double Value) : SyntaxNode(At);

internal sealed record BoolSyntax(int At, bool Value) : SyntaxNode(At);

/// <summary>Text in quotes: the interval's name is the only place for it.</summary>
internal sealed record TextSyntax(int At, string Value) : SyntaxNode(At);

internal sealed record NameSyntax(int At, string Name) : SyntaxNode(At);

internal sealed record ArgumentSyntax(int At, string? Name, SyntaxNode Value);

internal sealed record CallSyntax : SyntaxNode
{
    public CallSyntax(int at, string name, IReadOnlyList<ArgumentSyntax> arguments)
        : base(at)
    {
        (Name, Arguments) = (name, arguments);
        Depth = 1 + arguments.Select(a => a.Value.Depth).DefaultIfEmpty().Max();
    }

    public string Name { get; }

    public IReadOnlyList<ArgumentSyntax> Arguments { get; }
}

/// <summary><c>x[n]</c>: n bars ago.</summary>
internal sealed record ShiftSyntax : SyntaxNode
{
    public ShiftSyntax(SyntaxNode source, SyntaxNode bars)
        : base(source.At) => (Source, Bars, Depth) = (source, bars, Over(source, bars));

    public SyntaxNode Source { get; }

    public SyntaxNode Bars { get; }
}

/// <summary><c>x.name</c>: one output of an indicator.</summary>
internal sealed record MemberSyntax : SyntaxNode
{
    public MemberSyntax(SyntaxNode source, string name, int nameAt)
        : base(source.At) => (Source, Name, NameAt, Depth) = (source, name, nameAt, Over(source));

    public SyntaxNode Source { get; }

    public string Name { get; }

    public int NameAt { get; }
}

internal sealed record UnarySyntax : SyntaxNode
{
    public UnarySyntax(int at, NodeKind operation, SyntaxNode operand)
        : base(at) => (Operation, Operand, Depth) = (operation, operand, Over(operand));

    public NodeKind Operation { get; }

    public SyntaxNode Operand { get; }
}

internal sealed record BinarySyntax : SyntaxNode
{
    public BinarySyntax(NodeKind operation, SyntaxNode left, SyntaxNode right)
        : base(left.At) => (Operation, Left, Right, Depth) = (operation, left, right, Over(left, right));

    public NodeKind Operation { get; }

    public SyntaxNode Left { get; }

    public SyntaxNode Right { get; }
}
