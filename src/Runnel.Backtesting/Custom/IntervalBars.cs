namespace Runnel.Backtesting;

/// <summary>Bars of a longer interval for a strategy in C#: made of those of the run, and known from the close that ends them on. The bar under way is never seen.
/// docs/backtesting/declared-strategies.md says how they are made.</summary>
public sealed class IntervalBars
{
    private readonly LongerBars bars;
    private readonly StrategyContext context;

    internal IntervalBars(LongerBars bars, StrategyContext context) => (this.bars, this.context) = (bars, context);

    /// <summary>How many have closed so far. From one bar of the run to the next it may grow by two where bars are missing.</summary>
    public int Count => bars.Visible[context.Bar] + 1;

    /// <summary>Their open times, Unix milliseconds, UTC, oldest first.</summary>
    public ReadOnlySpan<long> OpenTimes => bars.Klines.OpenTimes[..Count];

    /// <summary>Their first prices, oldest first.</summary>
    public ReadOnlySpan<double> Opens => bars.Klines.Open[..Count];

    /// <summary>Their highest prices, oldest first.</summary>
    public ReadOnlySpan<double> Highs => bars.Klines.High[..Count];

    /// <summary>Their lowest prices, oldest first.</summary>
    public ReadOnlySpan<double> Lows => bars.Klines.Low[..Count];

    /// <summary>Their last prices, oldest first.</summary>
    public ReadOnlySpan<double> Closes => bars.Klines.Close[..Count];

    /// <summary>Their volumes, oldest first.</summary>
    public ReadOnlySpan<double> Volumes => bars.Klines.Volume[..Count];
}
