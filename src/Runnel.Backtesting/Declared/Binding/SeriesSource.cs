namespace Runnel.Backtesting;

/// <summary>Bars that expressions are worked out on: those of the run, or those of a longer interval made from them.</summary>
internal sealed class BarContext(int index, BarInterval? interval)
{
    /// <summary>0 for the bars of the run.</summary>
    public int Index => index;

    /// <summary>Null for the bars of the run.</summary>
    public BarInterval? Interval => interval;

    /// <summary>What tells its series from those of other bars in the cache of indicators.</summary>
    public string Prefix => interval is null ? "" : interval.Name + ":";
}

/// <summary>A number for each bar, worked out once before the run. One object for each different one.</summary>
internal abstract class SeriesSource
{
    /// <summary>Where a run keeps it.</summary>
    public required int Index { get; init; }

    public required BarContext Context { get; init; }

    /// <summary>Whether it stands for true (not 0) and false (0).</summary>
    public bool IsTruth { get; init; }
}

internal enum BarColumn
{
    Open,
    High,
    Low,
    Close,
    Volume,
}

internal sealed class ColumnSource : SeriesSource
{
    public required BarColumn Column { get; init; }
}

/// <summary>The bar's open time as a number, UTC.</summary>
internal sealed class ClockSource : SeriesSource
{
    /// <summary>Day of the week, 1 for Monday; else the hour.</summary>
    public required bool IsWeekday { get; init; }
}

internal sealed class IndicatorOutput : SeriesSource
{
    public required IndicatorUse Use { get; init; }

    public required int Output { get; init; }
}

/// <summary>An expression written out as a series, since an indicator or another interval needs it as one.</summary>
internal sealed class ExpressionSource : SeriesSource
{
    public required Node Expression { get; init; }

    /// <summary>Whether a bar without a value repeats the one before, as an indicator's input has to.</summary>
    public required bool IsFilled { get; init; }
}

/// <summary>A series of a longer interval as the bars of the run see it: at each bar, the value of the last longer bar that has closed.</summary>
internal sealed class IntervalSource : SeriesSource
{
    public required SeriesSource Inner { get; init; }
}

/// <summary>An indicator with its input and parameters.</summary>
internal sealed class IndicatorUse
{
    public required IndicatorDefinition Definition { get; init; }

    public required BarContext Context { get; init; }

    /// <summary>Null where it takes whole bars.</summary>
    public required SeriesSource? Input { get; init; }

    /// <summary>Constants, one for each of its parameters.</summary>
    public required IReadOnlyList<Node> Arguments { get; init; }
}
