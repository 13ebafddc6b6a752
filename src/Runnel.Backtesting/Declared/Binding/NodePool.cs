namespace Runnel.Backtesting;

/// <summary>Makes nodes, each different one once, and works out what needs no bars.</summary>
internal sealed class NodePool
{
    private const int MostSize = 1_000_000;
    private readonly Dictionary<(NodeKind Kind, int A, int B, int C, double Value), Node> known = [];
    private readonly Dictionary<(int Node, int Bars), Node> shifted = [];
    private int made;

    public Node Number(double value) => Make(NodeKind.Number, isTruth: false, Reach.Constant, value: value);

    public Node Truth(bool value) => Make(value ? NodeKind.True : NodeKind.False, isTruth: true, Reach.Constant);

    public Node Parameter(int index) => Make(NodeKind.Parameter, isTruth: false, Reach.Constant, value: index);

    public Node FactOf(Fact fact) => Make(NodeKind.Fact, isTruth: false, fact == Fact.Side ? Reach.Side : Reach.Trades, value: (int)fact);

    public Node Series(SeriesSource source, Node? bars = null)
    {
        Node value = Make(NodeKind.Series, isTruth: false, Reach.Series, bars ?? Number(0), value: source.Index, source: source);
        return source.IsTruth ? Make(NodeKind.NotEqual, isTruth: true, Reach.Series, value, Number(0)) : value;
    }

    public Node Operate(NodeKind kind, bool isTruth, Node a, Node? b = null, Node? c = null)
    {
        Reach reach = (Reach)Math.Max((int)a.Reach, Math.Max((int)(b?.Reach ?? 0), (int)(c?.Reach ?? 0)));
        return Fold(kind, a, b) ?? Make(kind, isTruth, reach, a, b, c);
    }

    /// <summary>The same, some bars ago.</summary>
    /// <param name="node">A constant or a series.</param>
    /// <param name="bars">A constant.</param>
    public Node Shift(Node node, Node bars)
    {
        if (node.Reach == Reach.Constant || bars is { Kind: NodeKind.Number, Value: 0 })
            return node;
        if (shifted.TryGetValue((node.Id, bars.Id), out Node? found))
            return found;
        Node earlier = node.Kind == NodeKind.Series
            ? Make(NodeKind.Series, isTruth: false, Reach.Series, Operate(NodeKind.Add, isTruth: false, node.A!, bars), value: node.Source!.Index, source: node.Source)
            : Make(node.Kind, node.IsTruth, node.Reach, Shift(node.A!, bars), node.B is null ? null : Shift(node.B, bars), node.C is null ? null : Shift(node.C, bars));
        return shifted[(node.Id, bars.Id)] = earlier;
    }

    private Node? Fold(NodeKind kind, Node a, Node? b)
    {
        if (a.Kind != NodeKind.Number || (b is not null && b.Kind != NodeKind.Number))
            return null;
        double x = a.Value, y = b?.Value ?? 0;
        return kind switch
        {
            NodeKind.Negate => Number(-x),
            NodeKind.Add => Number(x + y),
            NodeKind.Subtract => Number(x - y),
            NodeKind.Multiply => Number(x * y),
            NodeKind.Divide => Number(x / y),
            _ => null,
        };
    }

    private Node Make(NodeKind kind, bool isTruth, Reach reach, Node? a = null, Node? b = null, Node? c = null, double value = 0, SeriesSource? source = null)
    {
        (NodeKind, int, int, int, double) key = (kind, a?.Id ?? -1, b?.Id ?? -1, c?.Id ?? -1, value);
        if (known.TryGetValue(key, out Node? found) && BitConverter.DoubleToInt64Bits(found.Value) == BitConverter.DoubleToInt64Bits(value))
            return found;
        long size = 1L + (a?.Size ?? 0) + (b?.Size ?? 0) + (c?.Size ?? 0);
        Node node = new()
        {
            Id = made++,
            Kind = kind,
            IsTruth = isTruth,
            Reach = reach,
            Size = (int)Math.Min(MostSize, size),
            A = a,
            B = b,
            C = c,
            Value = value,
            Index = kind == NodeKind.Parameter ? (int)value : 0,
            Fact = kind == NodeKind.Fact ? (Fact)(int)value : default,
            Source = source,
        };
        return known[key] = node;
    }
}
