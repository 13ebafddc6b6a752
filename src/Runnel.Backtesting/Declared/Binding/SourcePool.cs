namespace Runnel.Backtesting;

/// <summary>Makes series, each different one once, in an order in which each stands behind those that it is made from.</summary>
internal sealed class SourcePool
{
    public const int MostIndicators = 64;

    private readonly Dictionary<string, SeriesSource> known = [];
    private readonly Dictionary<string, IndicatorUse> uses = [];
    private readonly List<SeriesSource> all = [];
    private readonly List<BarContext> contexts = [new(0, null)];

    public IReadOnlyList<SeriesSource> All => all;

    public IReadOnlyList<BarContext> Contexts => contexts;

    public IEnumerable<IndicatorUse> Uses => uses.Values;

    public BarContext Base => contexts[0];

    public BarContext Context(BarInterval interval)
    {
        BarContext? found = contexts.Find(c => c.Interval?.Name == interval.Name);
        if (found is null)
            contexts.Add(found = new BarContext(contexts.Count, interval));
        return found;
    }

    public ColumnSource Column(BarContext context, BarColumn column) =>
        Get($"{context.Index}:{column}", index => new ColumnSource { Index = index, Context = context, Column = column });

    public ClockSource Clock(BarContext context, bool weekday) =>
        Get($"{context.Index}:clock {weekday}", index => new ClockSource { Index = index, Context = context, IsWeekday = weekday });

    public ExpressionSource Expression(BarContext context, Node expression, bool filled) => Get($"{context.Index}:node {expression.Id} {filled}",
        index => new ExpressionSource { Index = index, Context = context, Expression = expression, IsFilled = filled, IsTruth = expression.IsTruth });

    public IntervalSource Interval(SeriesSource inner) =>
        Get($"0:interval {inner.Index}", index => new IntervalSource { Index = index, Context = Base, Inner = inner, IsTruth = inner.IsTruth });

    public IndicatorOutput Output(IndicatorUse use, int output) => Get($"{use.Context.Index}:{KeyOf(use)} {output}",
        index => new IndicatorOutput { Index = index, Context = use.Context, Use = use, Output = output });

    /// <returns>Null where there would be too many.</returns>
    public IndicatorUse? Use(IndicatorDefinition definition, BarContext context, SeriesSource? input, IReadOnlyList<Node> arguments)
    {
        IndicatorUse use = new() { Definition = definition, Context = context, Input = input, Arguments = arguments };
        string key = $"{context.Index}:{KeyOf(use)}";
        if (uses.TryGetValue(key, out IndicatorUse? found))
            return found;
        return uses.Count == MostIndicators ? null : uses[key] = use;
    }

    private static string KeyOf(IndicatorUse use) => $"{use.Definition.Name} {use.Input?.Index} {string.Join(' ', use.Arguments.Select(a => a.Id))}";

    private T Get<T>(string key, Func<int, T> make)
        where T : SeriesSource
    {
        if (known.TryGetValue(key, out SeriesSource? found))
            return (T)found;
        T source = make(all.Count);
        known[key] = source;
        all.Add(source);
        return source;
    }
}
