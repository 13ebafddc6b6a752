using Runnel.Shared;

namespace Runnel.Backtesting;

/// <summary>Looks up the names of expressions and checks that what is combined goes together.</summary>
internal sealed class ExpressionBinder(IReadOnlyList<string> parameters, Func<string, BarContext, BoundValue?> let, IReadOnlyCollection<string> letNames)
{
    public const int DeepestNesting = 100;
    public const int LargestExpression = 2_000;
    public const int LongestShift = 10_000;

    private BarContext? context;

    public NodePool Nodes { get; } = new();

    public SourcePool Sources { get; } = new();

    /// <summary>Where constants have a range that depends on the values of the parameters: checked once those are known.</summary>
    public List<ConstantCheck> Checks { get; } = [];

    /// <summary>The field under work, for <see cref="Checks"/>.</summary>
    public string Field { get; set; } = "";

    private BarContext Context => context ?? Sources.Base;

    public BoundValue Bind(SyntaxNode syntax, BarContext on)
    {
        if (syntax.Depth > DeepestNesting)
            throw new ExpressionException(syntax.At, $"It is nested {syntax.Depth} deep, at most {DeepestNesting} are taken; put parts into 'let'.");
        BarContext? before = context;
        context = on;
        try
        {
            return Bind(syntax);
        }
        finally
        {
            context = before;
        }
    }

    /// <summary>The value itself: an indicator's main output.</summary>
    public Node Single(BoundValue bound, int at)
    {
        if (bound.Node is { } node)
            return node;
        IndicatorDefinition definition = bound.Use!.Definition;
        if (!definition.HasMainOutput)
            throw new ExpressionException(at, $"{definition.Name} has several outputs; say which: .{string.Join(", .", definition.Outputs)}.");
        return Nodes.Series(Sources.Output(bound.Use, 0));
    }

    public Node Number(SyntaxNode syntax) => Number(Single(Bind(syntax), syntax.At), syntax.At);

    public static Node Number(Node node, int at) => !node.IsTruth ? node
        : throw new ExpressionException(at, "This is true or false, where a number is needed; if(condition, 1, 0) makes one of it.");

    public Node Truth(SyntaxNode syntax) => Truth(Single(Bind(syntax), syntax.At), syntax.At);

    public static Node Truth(Node node, int at) => node.IsTruth ? node
        : throw new ExpressionException(at, "This is a number, where a condition is needed; compare it, for instance with '> 0'.");

    /// <summary>A number that parameters alone decide.</summary>
    public Node Constant(SyntaxNode syntax, string what)
    {
        Node node = Number(syntax);
        return node.Reach == Reach.Constant ? node
            : throw new ExpressionException(syntax.At, $"{what} has to be a number or a parameter: it cannot change from bar to bar.");
    }

    public Node Bars(SyntaxNode syntax)
    {
        Node node = Constant(syntax, "The number of bars");
        Checks.Add(new ConstantCheck(Field, syntax.At, node, "the number of bars", 0, LongestShift, true));
        return node;
    }

    public Node Shift(Node node, Node bars, int at) => node.Reach <= Reach.Series ? Nodes.Shift(node, bars)
        : throw new ExpressionException(at, "What the account holds is known for the current bar alone; there is no earlier value of it.");

    private BoundValue Bind(SyntaxNode syntax) => syntax switch
    {
        NumberSyntax number => double.IsFinite(number.Value) ? Nodes.Number(number.Value) : throw new ExpressionException(number.At, "This number is too large."),
        BoolSyntax truth => Nodes.Truth(truth.Value),
        TextSyntax text => throw new ExpressionException(text.At, "Text stands only for the interval, as in interval(\"4h\", …)."),
        NameSyntax name => Name(name),
        CallSyntax call => Call(call),
        ShiftSyntax shift => Shift(Single(Bind(shift.Source), shift.At), Bars(shift.Bars), shift.At),
        MemberSyntax member => Member(member),
        UnarySyntax { Operation: NodeKind.Not } not => Nodes.Operate(NodeKind.Not, isTruth: true, Truth(not.Operand)),
        UnarySyntax unary => Nodes.Operate(unary.Operation, isTruth: false, Number(unary.Operand)),
        BinarySyntax binary => Binary(binary),
        _ => throw new InvalidOperationException($"No rule for {syntax.GetType().Name}."),
    };

    private Node Binary(BinarySyntax binary)
    {
        if (binary.Operation is NodeKind.And or NodeKind.Or)
            return Nodes.Operate(binary.Operation, isTruth: true, Truth(binary.Left), Truth(binary.Right));
        bool compares = binary.Operation is >= NodeKind.Less and <= NodeKind.NotEqual;
        return Nodes.Operate(binary.Operation, compares, Number(binary.Left), Number(binary.Right));
    }

    private BoundValue Member(MemberSyntax member)
    {
        BoundValue bound = Bind(member.Source);
        if (bound.Use is not { } use)
            throw new ExpressionException(member.At, $"This has no outputs, so .{member.Name} cannot be taken of it.");
        int output = Array.FindIndex(use.Definition.Outputs, name => name.Equals(member.Name, StringComparison.OrdinalIgnoreCase));
        if (output < 0)
        {
            throw new ExpressionException(member.NameAt, use.Definition.Outputs.Length == 0
                ? $"{use.Definition.Name} has one output alone; leave .{member.Name} out."
                : $"{use.Definition.Name} has no output {member.Name}, but {string.Join(", ", use.Definition.Outputs)}.{Spelling.Hint(member.Name, use.Definition.Outputs)}");
        }

        return Nodes.Series(Sources.Output(use, output));
    }

    private BoundValue Name(NameSyntax syntax)
    {
        string name = syntax.Name;
        int parameter = -1;
        for (int i = 0; i < parameters.Count && parameter < 0; i++)
            parameter = parameters[i].Equals(name, StringComparison.OrdinalIgnoreCase) ? i : -1;
        if (parameter >= 0)
            return Nodes.Parameter(parameter);
        try
        {
            if (let(name, Context) is { } bound)
                return bound;
        }
        catch (ExpressionException e) when (e.At >= 0)
        {
            throw new ExpressionException(syntax.At, $"{name} cannot stand here: {e.Message}");
        }

        return Column(name) ?? FactOf(name, syntax.At) ?? throw Unknown(syntax);
    }

    private Node? Column(string name)
    {
        Node Of(BarColumn column) => Nodes.Series(Sources.Column(Context, column));
        Node Mean(params ReadOnlySpan<BarColumn> columns)
        {
            Node sum = Of(columns[0]);
            foreach (BarColumn column in columns[1..])
                sum = Nodes.Operate(NodeKind.Add, isTruth: false, sum, Of(column));
            return Nodes.Operate(NodeKind.Divide, isTruth: false, sum, Nodes.Number(columns.Length));
        }

        return name.ToLowerInvariant() switch
        {
            "open" => Of(BarColumn.Open),
            "high" => Of(BarColumn.High),
            "low" => Of(BarColumn.Low),
            "close" => Of(BarColumn.Close),
            "volume" => Of(BarColumn.Volume),
            "hl2" => Mean(BarColumn.High, BarColumn.Low),
            "hlc3" => Mean(BarColumn.High, BarColumn.Low, BarColumn.Close),
            "ohlc4" => Mean(BarColumn.Open, BarColumn.High, BarColumn.Low, BarColumn.Close),
            "hour" => Nodes.Series(Sources.Clock(Context, weekday: false)),
            "weekday" => Nodes.Series(Sources.Clock(Context, weekday: true)),
            _ => null,
        };
    }

    private Node? FactOf(string name, int at)
    {
        Node Side(NodeKind comparison) => Nodes.Operate(comparison, isTruth: true, Nodes.FactOf(Fact.Side), Nodes.Number(0));
        Node? fact = name.ToLowerInvariant() switch
        {
            "side" => Nodes.FactOf(Fact.Side),
            "flat" => Side(NodeKind.Equal),
            "in_position" => Side(NodeKind.NotEqual),
            "is_long" => Side(NodeKind.Greater),
            "is_short" => Side(NodeKind.Less),
            "entry_price" => Nodes.FactOf(Fact.EntryPrice),
            "bars_since_entry" => Nodes.FactOf(Fact.BarsSinceEntry),
            "open_trades" => Nodes.FactOf(Fact.OpenTrades),
            _ => null,
        };
        return fact is null || Context.Interval is null ? fact
            : throw new ExpressionException(at, $"{name} belongs to the account, which has no other interval; take it out of interval(…).");
    }

    private ExpressionException Unknown(NameSyntax syntax)
    {
        if (IndicatorCatalogue.ByName.TryGetValue(syntax.Name, out IndicatorDefinition? indicator))
            return new ExpressionException(syntax.At, $"{indicator.Name} needs brackets: {indicator.Signature}.");
        if (Words.Functions.TryGetValue(syntax.Name, out (string Signature, string Summary) function))
            return new ExpressionException(syntax.At, $"{syntax.Name} needs brackets: {function.Signature}.");
        IEnumerable<string> known = parameters.Concat(letNames).Concat(Words.Values.Keys).Concat(Words.Facts.Keys);
        string hint = Spelling.Hint(syntax.Name, known.Concat(IndicatorCatalogue.ByName.Keys).Concat(Words.Functions.Keys));
        return new ExpressionException(syntax.At, $"There is no name {syntax.Name}.{(hint.Length > 0 ? hint : $" Declare it under params or let, or give one of {string.Join(", ", known)}.")}");
    }

    private BoundValue Call(CallSyntax call) => IndicatorCatalogue.ByName.TryGetValue(call.Name, out IndicatorDefinition? definition)
        ? IndicatorBinding.Bind(this, definition, call, Context)
        : Words.Functions.ContainsKey(call.Name) ? FunctionBinding.Bind(this, call, Context)
        : throw new ExpressionException(call.At, $"There is no function {call.Name}.{Spelling.Hint(call.Name, IndicatorCatalogue.ByName.Keys.Concat(Words.Functions.Keys))}");
}

/// <summary>A value, or an indicator of which no output was picked yet.</summary>
internal sealed record BoundValue(Node? Node, IndicatorUse? Use)
{
    public static implicit operator BoundValue(Node node) => new(node, null);
}

/// <summary>A constant whose value has to lie in a range.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="At">Offset there.</param>
/// <param name="Node">The constant.</param>
/// <param name="What">What it is, for the message.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="IsWhole">Whether only whole numbers are taken.</param>
internal sealed record ConstantCheck(string Field, int At, Node Node, string What, double Minimum, double Maximum, bool IsWhole);
