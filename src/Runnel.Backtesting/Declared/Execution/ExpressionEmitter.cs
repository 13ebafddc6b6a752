using System.Linq.Expressions;
using System.Reflection;

namespace Runnel.Backtesting;

/// <summary>Compiles nodes to IL. What a node reads (series, parameters) is loaded into locals once a call, outside of its loop.</summary>
internal sealed class ExpressionEmitter
{
    private static readonly ParameterExpression Frame = Expression.Parameter(typeof(Frame), "frame");
    private static readonly ParameterExpression Bar = Expression.Parameter(typeof(int), "bar");
    private static readonly ParameterExpression From = Expression.Parameter(typeof(int), "from");
    private static readonly ParameterExpression To = Expression.Parameter(typeof(int), "to");
    private static readonly ParameterExpression SideArgument = Expression.Parameter(typeof(int), "side");
    private static readonly ParameterExpression Output = Expression.Parameter(typeof(double[]), "output");

    private readonly Dictionary<(string Kind, int Key), (ParameterExpression Local, Expression Load)> locals = [];
    private readonly Expression side;

    private ExpressionEmitter(Expression side) => this.side = side;

    public static ScanCode Scan(IReadOnlyList<Node> conditions, int side)
    {
        ExpressionEmitter emitter = new(Expression.Constant(side));
        Expression condition = conditions.Select(emitter.Emit).DefaultIfEmpty(Expression.Constant(false)).Aggregate(Expression.OrElse);
        LabelTarget end = Expression.Label(typeof(int));
        Expression loop = Expression.Loop(Expression.Block(
            Expression.IfThen(Expression.GreaterThanOrEqual(Bar, To), Expression.Return(end, To)),
            Expression.IfThen(condition, Expression.Return(end, Bar)),
            Expression.PreIncrementAssign(Bar)));
        Expression body = emitter.Body([Bar], Expression.Assign(Bar, From), loop, Expression.Label(end, Expression.Constant(0)));
        return Expression.Lambda<ScanCode>(body, Frame, From, To).Compile();
    }

    public static SignalCode Signal(IReadOnlyList<(Node? Condition, Signals Signal)> rules)
    {
        ExpressionEmitter emitter = new(SideArgument);
        Expression signals = rules.Where(r => r.Condition is not null)
            .Select(r => (Expression)Expression.Condition(emitter.Emit(r.Condition!), Expression.Constant((int)r.Signal), Expression.Constant(0)))
            .Aggregate(Expression.Or);
        return Expression.Lambda<SignalCode>(emitter.Body([], Expression.Convert(signals, typeof(Signals))), Frame, Bar, SideArgument).Compile();
    }

    public static ValueCode Value(Node node)
    {
        ExpressionEmitter emitter = new(SideArgument);
        return Expression.Lambda<ValueCode>(emitter.Body([], emitter.Emit(node)), Frame, Bar, SideArgument).Compile();
    }

    public static FillCode Fill(Node node)
    {
        ExpressionEmitter emitter = new(Expression.Constant(0));
        Expression value = emitter.Emit(node);
        if (node.IsTruth)
            value = Expression.Condition(value, Expression.Constant(1.0), Expression.Constant(0.0));
        LabelTarget end = Expression.Label();
        Expression loop = Expression.Loop(Expression.Block(
            Expression.IfThen(Expression.GreaterThanOrEqual(Bar, To), Expression.Break(end)),
            Expression.Assign(Expression.ArrayAccess(Output, Bar), value),
            Expression.PreIncrementAssign(Bar)), end);
        return Expression.Lambda<FillCode>(emitter.Body([Bar], Expression.Assign(Bar, From), loop), Frame, Output, From, To).Compile();
    }

    private BlockExpression Body(IEnumerable<ParameterExpression> own, params IEnumerable<Expression> work)
    {
        IEnumerable<Expression> loads = locals.Values.Select(l => Expression.Assign(l.Local, l.Load));
        return Expression.Block(own.Concat(locals.Values.Select(l => l.Local)), loads.Concat(work));
    }

    private Expression Emit(Node node) => node.Kind switch
    {
        NodeKind.Number => Expression.Constant(node.Value),
        NodeKind.True => Expression.Constant(true),
        NodeKind.False => Expression.Constant(false),
        NodeKind.Parameter => Local("p", node.Index, typeof(double), () => Expression.ArrayIndex(Field(nameof(Backtesting.Frame.Parameters)), Expression.Constant(node.Index))),
        NodeKind.Series => Series(node),
        NodeKind.Fact => FactOf(node.Fact),
        NodeKind.Negate => Expression.Negate(Emit(node.A!)),
        NodeKind.Not => Expression.Not(Emit(node.A!)),
        NodeKind.Add => Expression.Add(Emit(node.A!), Emit(node.B!)),
        NodeKind.Subtract => Expression.Subtract(Emit(node.A!), Emit(node.B!)),
        NodeKind.Multiply => Expression.Multiply(Emit(node.A!), Emit(node.B!)),
        NodeKind.Divide => Expression.Divide(Emit(node.A!), Emit(node.B!)),
        NodeKind.Less => Expression.LessThan(Emit(node.A!), Emit(node.B!)),
        NodeKind.AtMost => Expression.LessThanOrEqual(Emit(node.A!), Emit(node.B!)),
        NodeKind.Greater => Expression.GreaterThan(Emit(node.A!), Emit(node.B!)),
        NodeKind.AtLeast => Expression.GreaterThanOrEqual(Emit(node.A!), Emit(node.B!)),
        NodeKind.Equal => Expression.Equal(Emit(node.A!), Emit(node.B!)),
        NodeKind.NotEqual => Call(nameof(ExpressionMath.Differ), node.A!, node.B),
        NodeKind.And => Expression.AndAlso(Emit(node.A!), Emit(node.B!)),
        NodeKind.Or => Expression.OrElse(Emit(node.A!), Emit(node.B!)),
        NodeKind.Both => Expression.And(Emit(node.A!), Emit(node.B!)),
        NodeKind.Either => Expression.Or(Emit(node.A!), Emit(node.B!)),
        NodeKind.Minimum => Call(nameof(ExpressionMath.Min), node.A!, node.B),
        NodeKind.Maximum => Call(nameof(ExpressionMath.Max), node.A!, node.B),
        NodeKind.Absolute => Call(nameof(ExpressionMath.Abs), node.A!),
        NodeKind.SquareRoot => Call(nameof(ExpressionMath.Sqrt), node.A!),
        NodeKind.Floor => Call(nameof(ExpressionMath.Floor), node.A!),
        NodeKind.Ceiling => Call(nameof(ExpressionMath.Ceiling), node.A!),
        NodeKind.Round => Call(nameof(ExpressionMath.Round), node.A!),
        NodeKind.Sign => Call(nameof(ExpressionMath.Sign), node.A!),
        NodeKind.If => Expression.Condition(Emit(node.A!), Emit(node.B!), Emit(node.C!)),
        _ => throw new InvalidOperationException($"No code for {node.Kind}."),
    };

    private BinaryExpression Series(Node node)
    {
        ParameterExpression series = Local("s", node.Source!.Index, typeof(double[]),
            () => Expression.ArrayIndex(Field(nameof(Backtesting.Frame.Series)), Expression.Constant(node.Source.Index)));
        Node bars = node.A!;
        if (bars is { Kind: NodeKind.Number, Value: 0 })
            return Expression.ArrayIndex(series, Bar);
        Expression shift = bars.Kind == NodeKind.Number ? Expression.Constant((int)bars.Value)
            : Local("h", bars.Id, typeof(int), () => Expression.Convert(Emit(bars), typeof(int)));
        return Expression.ArrayIndex(series, Expression.Subtract(Bar, shift));
    }

    private Expression FactOf(Fact fact) => fact switch
    {
        Fact.Side => Expression.Convert(side, typeof(double)),
        Fact.EntryPrice => Local("f", (int)fact, typeof(double), () => Field(nameof(Backtesting.Frame.EntryPrice))),
        Fact.OpenTrades => Local("f", (int)fact, typeof(double), () => Field(nameof(Backtesting.Frame.OpenTrades))),
        _ => Expression.Subtract(Expression.Convert(Bar, typeof(double)), Local("f", (int)fact, typeof(double), () => Field(nameof(Backtesting.Frame.EntryBar)))),
    };

    private ParameterExpression Local(string kind, int key, Type type, Func<Expression> load)
    {
        if (!locals.TryGetValue((kind, key), out (ParameterExpression Local, Expression Load) known))
        {
            Expression loaded = load(); // may ask for locals of its own, which then come first
            locals[(kind, key)] = known = (Expression.Variable(type, $"{kind}{key}"), loaded);
        }

        return known.Local;
    }

    private static MemberExpression Field(string name) => Expression.Field(Frame, name);

    private MethodCallExpression Call(string name, Node a, Node? b = null)
    {
        MethodInfo method = typeof(ExpressionMath).GetMethod(name, BindingFlags.Static | BindingFlags.Public)!;
        return b is null ? Expression.Call(method, Emit(a)) : Expression.Call(method, Emit(a), Emit(b));
    }
}

/// <summary>What compiled expressions call; small enough for the runtime to put in their place.</summary>
internal static class ExpressionMath
{
    /// <summary>Unlike !=, false where a value is missing.</summary>
    public static bool Differ(double a, double b) => (a < b) | (a > b);

    public static double Min(double a, double b) => Math.Min(a, b);

    public static double Max(double a, double b) => Math.Max(a, b);

    public static double Abs(double x) => Math.Abs(x);

    public static double Sqrt(double x) => Math.Sqrt(x);

    public static double Floor(double x) => Math.Floor(x);

    public static double Ceiling(double x) => Math.Ceiling(x);

    public static double Round(double x) => Math.Round(x, MidpointRounding.AwayFromZero);

    /// <summary>Unlike Math.Sign, missing stays missing.</summary>
    public static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : x;
}
