using System.Collections.Concurrent;

namespace Runnel.Backtesting;

/// <summary>A bound strategy with its code, which is compiled when it is first needed and then serves every set of parameters on any
/// number of threads.</summary>
internal sealed class DeclaredProgram
{
    private readonly ConcurrentDictionary<int, FillCode> fills = [];
    private readonly ConcurrentDictionary<Node, ValueCode> values = [];
    private readonly Lazy<ScanCode>[] scans;
    private readonly Lazy<SignalCode> signals;

    public DeclaredProgram(BoundStrategy bound)
    {
        Bound = bound;
        signals = new Lazy<SignalCode>(() => ExpressionEmitter.Signal(
        [
            (bound.EntryLong, Signals.EntryLong), (bound.EntryShort, Signals.EntryShort), (bound.ExitLong, Signals.ExitLong), (bound.ExitShort, Signals.ExitShort),
        ]));
        scans = [.. new[] { -1, 0, 1 }.Select(side => new Lazy<ScanCode>(() => ExpressionEmitter.Scan([.. ConditionsOf(side)], side)))];
        foreach (int side in new[] { -1, 0, 1 })
            LooksAtTrades[side + 1] = ConditionsOf(side).Any(c => c.Reach == Reach.Trades);
    }

    public BoundStrategy Bound { get; }

    /// <summary>For short, flat and long: whether what may happen there depends on more than the bar.</summary>
    public bool[] LooksAtTrades { get; } = new bool[3];

    public ScanCode ScanOf(int side) => scans[side + 1].Value;

    public SignalCode SignalsOf() => signals.Value;

    public FillCode FillOf(ExpressionSource source) => fills.GetOrAdd(source.Index, _ => ExpressionEmitter.Fill(source.Expression));

    public ValueCode ValueOf(Node node) => values.GetOrAdd(node, ExpressionEmitter.Value);

    public void Start(ParameterValues given, Run run)
    {
        double[] parameters = Values(given);
        Frame frame = new SeriesPreparation(this, run.Klines, run.Indicators, parameters).Prepare();
        run.Loop(new DeclaredRule(this, frame, run.Account, run.Klines, FirstBar(frame)));
    }

    /// <summary>Checks what depends on the values of the parameters, other than <see cref="BoundStrategy.Require"/>.</summary>
    /// <exception cref="BacktestInputException">A constant is out of its range.</exception>
    public void CheckConstants(ParameterValues given)
    {
        double[] parameters = Values(given);
        foreach (ConstantCheck check in Bound.Checks)
        {
            double value = ConstantMath.Number(check.Node, parameters);
            if (value >= check.Minimum && value <= check.Maximum && (!check.IsWhole || value == Math.Floor(value)))
                continue;
            string field = check.Node.Kind == NodeKind.Parameter ? $"params.{Bound.Parameters[check.Node.Index]}" : check.Field;
            throw new BacktestInputException(field, FormattableString.Invariant($"{value} as {check.What}"),
                FormattableString.Invariant($"Give a {(check.IsWhole ? "whole " : "")}number from {check.Minimum} to {check.Maximum} (column {check.At + 1} of {check.Field})."));
        }
    }

    /// <summary>Checks that the parameters go together.</summary>
    /// <exception cref="BacktestInputException">They do not.</exception>
    public void CheckRequirement(ParameterValues given, string? text)
    {
        if (Bound.Require is { } require && !ConstantMath.Truth(require, Values(given)))
        {
            throw new BacktestInputException("params", string.Join(", ", given.All.Select(p => FormattableString.Invariant($"{p.Key} {p.Value}"))),
                $"Give values for which \"{text}\" holds, as the strategy requires.");
        }
    }

    /// <summary>First bar on which a node has all that it reads.</summary>
    public static int WarmUpOf(Node node, Frame frame)
    {
        long first = 0;
        Visit(node, series => first = Math.Max(first, frame.First[series.Source!.Index] + Math.Max(0, (long)ConstantMath.Number(series.A!, frame.Parameters))));
        return (int)Math.Min(int.MaxValue, first);
    }

    private int FirstBar(Frame frame)
    {
        long first = 0;
        foreach (Node node in Rules())
        {
            Visit(node, series =>
            {
                long used = frame.First[series.Source!.Index], shift = (long)ConstantMath.Number(series.A!, frame.Parameters);
                bool isIndicator = series.Source is not (ColumnSource or ClockSource);
                first = Math.Max(first, used + Math.Max(shift, isIndicator ? 1 : 0)); // one bar after the first value, as everywhere in the engine
            });
        }

        return (int)Math.Min(int.MaxValue, first);
    }

    private IEnumerable<Node> Rules() => new[]
    {
        Bound.EntryLong, Bound.EntryShort, Bound.ExitLong, Bound.ExitShort, Bound.Limit?.Long, Bound.Limit?.Short, Bound.Stop?.Long, Bound.Stop?.Short, Bound.StopLoss?.Long, Bound.StopLoss?.Short, Bound.TakeProfit?.Long,
        Bound.TakeProfit?.Short, Bound.TrailingStop?.Long, Bound.TrailingStop?.Short, Bound.Size,
    }.OfType<Node>();

    private static void Visit(Node root, Action<Node> onSeries)
    {
        HashSet<int> seen = [];
        Stack<Node> left = new([root]);
        while (left.TryPop(out Node? node))
        {
            if (!seen.Add(node.Id))
                continue;
            if (node.Kind == NodeKind.Series)
            {
                onSeries(node);
                continue;
            }

            foreach (Node? part in new[] { node.A, node.B, node.C })
            {
                if (part is not null)
                    left.Push(part);
            }
        }
    }

    private IEnumerable<Node> ConditionsOf(int side)
    {
        bool mayAdd = Bound.MaxOpen > 1;
        Node?[] conditions = side switch
        {
            > 0 => [Bound.ExitLong, Bound.EntryShort, mayAdd ? Bound.EntryLong : null],
            < 0 => [Bound.ExitShort, Bound.EntryLong, mayAdd ? Bound.EntryShort : null],
            _ => [Bound.EntryLong, Bound.EntryShort],
        };
        return conditions.OfType<Node>();
    }

    private double[] Values(ParameterValues given) => [.. Bound.Parameters.Select(p => given[p])];
}
