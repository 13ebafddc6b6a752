using System.Globalization;
using System.Text;

namespace Runnel.Backtesting;

/// <summary>Works out every series of a strategy for one run, and from which bar on each is used.</summary>
internal sealed class SeriesPreparation
{
    private readonly DeclaredProgram program;
    private readonly Klines klines;
    private readonly IndicatorSource indicators;
    private readonly double[] parameters;
    private readonly Frame[] frames;
    private readonly LongerBars?[] longer;
    private readonly IndicatorSource?[] longerIndicators;
    private readonly string[] keys; // of each series, for the cache of indicators

    /// <param name="program">Whose series.</param>
    /// <param name="klines">Bars of the run.</param>
    /// <param name="indicators">Where series on those bars are kept, maybe shared with other runs.</param>
    /// <param name="parameters">Values of the parameters.</param>
    public SeriesPreparation(DeclaredProgram program, Klines klines, IndicatorSource indicators, double[] parameters)
    {
        (this.program, this.klines, this.indicators, this.parameters) = (program, klines, indicators, parameters);
        IReadOnlyList<BarContext> contexts = program.Bound.Sources.Contexts;
        int sources = program.Bound.Sources.All.Count;
        frames = [.. contexts.Select(_ => new Frame(sources, parameters))];
        longer = new LongerBars?[contexts.Count];
        longerIndicators = new IndicatorSource?[contexts.Count];
        keys = new string[sources];
    }

    /// <summary>Prepares all series.</summary>
    /// <returns>What the rules on the run's own bars read.</returns>
    public Frame Prepare()
    {
        foreach (SeriesSource source in program.Bound.Sources.All)
        {
            keys[source.Index] = KeyOf(source);
            Frame frame = frames[source.Context.Index];
            (frame.Series[source.Index], frame.First[source.Index]) = source switch
            {
                ColumnSource column => (ColumnOf(BarsOf(source.Context), column.Column), 0),
                ClockSource clock => (Clock(clock), 0),
                IndicatorOutput output => Indicator(output),
                ExpressionSource expression => Written(expression),
                IntervalSource interval => Seen(interval),
                _ => throw new InvalidOperationException($"No way to prepare {source.GetType().Name}."),
            };
        }

        return frames[0];
    }

    private Klines BarsOf(BarContext context) => context.Interval is null ? klines : LongerOf(context).Klines;

    private IndicatorSource IndicatorsOf(BarContext context) =>
        context.Interval is null ? indicators : longerIndicators[context.Index] ??= indicators.OfOther(LongerOf(context).Klines);

    private LongerBars LongerOf(BarContext context)
    {
        if (longer[context.Index] is { } made)
            return made;
        long length = program.Bound.BarLength ?? LongerBars.LengthOf(klines.OpenTimes);
        return longer[context.Index] = LongerBars.Of(klines, length, context.Interval!);
    }

    private static double[] ColumnOf(Klines bars, BarColumn column) => column switch
    {
        BarColumn.Open => bars.OpenColumn,
        BarColumn.High => bars.HighColumn,
        BarColumn.Low => bars.LowColumn,
        BarColumn.Close => bars.CloseColumn,
        _ => bars.VolumeColumn,
    };

    private double[] Clock(ClockSource clock) => IndicatorsOf(clock.Context).Get(keys[clock.Index], 1, outputs =>
    {
        ReadOnlySpan<long> times = BarsOf(clock.Context).OpenTimes;
        for (int i = 0; i < times.Length; i++)
        {
            long day = Calendar.Day(times[i]);
            outputs[0][i] = clock.IsWeekday ? (day % 7 + 10) % 7 + 1 : (times[i] - day * 86_400_000) / 3_600_000; // day 0 was a Thursday
        }
    })[0];

    private (double[] Series, int First) Indicator(IndicatorOutput output)
    {
        IndicatorUse use = output.Use;
        Klines bars = BarsOf(use.Context);
        double[] arguments = [.. use.Arguments.Select(a => ConstantMath.Number(a, parameters))];
        Frame frame = frames[use.Context.Index];
        int first = use.Input is null ? 0 : Math.Min(bars.Count, frame.First[use.Input.Index]);
        double[] series = IndicatorsOf(use.Context).Get(KeyOf(use), use.Definition.OutputCount, outputs =>
        {
            foreach (double[] part in outputs)
                part.AsSpan(0, first).Fill(double.NaN);
            use.Definition.Compute(new IndicatorCall
            {
                Klines = bars,
                Input = use.Input is null ? [] : frame.Series[use.Input.Index].AsSpan(first, bars.Count - first),
                IsClose = use.Input is ColumnSource { Column: BarColumn.Close },
                Arguments = arguments,
                Outputs = outputs,
                First = first,
            });
        })[output.Output];
        int from = (int)Math.Min(bars.Count, (long)first + use.Definition.Settle(arguments));
        return (series, use.Definition.HasGaps ? from : FirstValue(series, from, bars.Count));
    }

    private (double[] Series, int First) Written(ExpressionSource source)
    {
        Klines bars = BarsOf(source.Context);
        Frame frame = frames[source.Context.Index];
        int from = Math.Min(bars.Count, DeclaredProgram.WarmUpOf(source.Expression, frame));
        double[] series = IndicatorsOf(source.Context).Get(keys[source.Index], 1, outputs =>
        {
            outputs[0].AsSpan(0, from).Fill(double.NaN);
            program.FillOf(source)(frame, outputs[0], from, bars.Count);
            if (source.IsFilled)
                Fill(outputs[0].AsSpan(from, bars.Count - from));
        })[0];
        return (series, source.IsFilled ? FirstValue(series, from, bars.Count) : from);
    }

    /// <summary>Repeats the last value where one is missing or infinite, since an average would never get rid of it.</summary>
    private static void Fill(Span<double> values)
    {
        double last = double.NaN;
        foreach (ref double value in values)
            value = last = double.IsFinite(value) ? value : last;
    }

    private (double[] Series, int First) Seen(IntervalSource source)
    {
        BarContext context = source.Inner.Context;
        LongerBars bars = LongerOf(context);
        int innerFirst = frames[context.Index].First[source.Inner.Index];
        double[] inner = frames[context.Index].Series[source.Inner.Index];
        double[] series = indicators.Get(keys[source.Index], 1, outputs =>
        {
            for (int i = 0; i < klines.Count; i++)
                outputs[0][i] = bars.Visible[i] >= innerFirst ? inner[bars.Visible[i]] : double.NaN;
        })[0];
        int first = 0;
        while (first < klines.Count && bars.Visible[first] < innerFirst)
            first++;
        return (series, first);
    }

    private static int FirstValue(double[] series, int from, int count)
    {
        while (from < count && double.IsNaN(series[from]))
            from++;
        return from;
    }

    private string KeyOf(SeriesSource source) => source switch
    {
        ColumnSource column => source.Context.Prefix + column.Column,
        ClockSource clock => $"{source.Context.Prefix}clock {clock.IsWeekday}",
        IndicatorOutput output => $"{KeyOf(output.Use)}.{output.Output}",
        ExpressionSource expression => $"{source.Context.Prefix}{(expression.IsFilled ? "filled" : "plain")} {TextOf(expression.Expression)}",
        _ => $"seen {keys[((IntervalSource)source).Inner.Index]} {program.Bound.BarLength}",
    };

    private string KeyOf(IndicatorUse use) => string.Create(CultureInfo.InvariantCulture,
        $"{use.Context.Prefix}{use.Definition.Name}({(use.Input is null ? "" : keys[use.Input.Index])}{string.Concat(use.Arguments.Select(a => $",{ConstantMath.Number(a, parameters):R}"))})");

    private string TextOf(Node node)
    {
        StringBuilder text = new();
        Write(node, text);
        return text.ToString();
    }

    private void Write(Node node, StringBuilder text)
    {
        if (node.Reach == Reach.Constant && !node.IsTruth)
        {
            text.Append(CultureInfo.InvariantCulture, $"{ConstantMath.Number(node, parameters):R}");
            return;
        }

        text.Append('(').Append(node.Kind);
        if (node.Source is not null)
            text.Append(' ').Append(keys[node.Source.Index]);
        foreach (Node? part in new[] { node.A, node.B, node.C })
        {
            if (part is not null)
                Write(part, text.Append(' '));
        }

        text.Append(')');
    }
}
