namespace Runnel.Backtesting;

/// <summary>What a node does with its parts.</summary>
internal enum NodeKind
{
    Number,
    True,
    False,
    Parameter,
    Series,
    Fact,
    Negate,
    Not,
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    NotEqual,
    And,
    Or,
    Minimum,
    Maximum,
    Absolute,
    SquareRoot,
    Floor,
    Ceiling,
    Round,
    Sign,
    If,

    /// <summary>Both hold; unlike <see cref="And"/> both are always worked out, which saves a branch.</summary>
    Both,

    /// <summary>One holds; both are always worked out.</summary>
    Either,
}

/// <summary>What a value changes with; the larger one wins where two meet.</summary>
internal enum Reach
{
    /// <summary>With the parameters alone.</summary>
    Constant,

    /// <summary>From bar to bar.</summary>
    Series,

    /// <summary>With the side of the position too.</summary>
    Side,

    /// <summary>With the open trades too.</summary>
    Trades,
}

/// <summary>What a rule may know of the account.</summary>
internal enum Fact
{
    Side,
    EntryPrice,
    BarsSinceEntry,
    OpenTrades,
}

/// <summary>A checked expression. Made by <see cref="NodePool"/> alone, once for each, so two equal ones are the same object.</summary>
internal sealed class Node
{
    public required int Id { get; init; }

    public required NodeKind Kind { get; init; }

    /// <summary>Whether it is true or false rather than a number.</summary>
    public required bool IsTruth { get; init; }

    public required Reach Reach { get; init; }

    /// <summary>Operations when written out, saturating.</summary>
    public required int Size { get; init; }

    public Node? A { get; init; }

    public Node? B { get; init; }

    public Node? C { get; init; }

    /// <summary>Of a number.</summary>
    public double Value { get; init; }

    /// <summary>Of a parameter: its index.</summary>
    public int Index { get; init; }

    public Fact Fact { get; init; }

    /// <summary>Of a series; then <see cref="A"/> says how many bars ago, a constant.</summary>
    public SeriesSource? Source { get; init; }
}
