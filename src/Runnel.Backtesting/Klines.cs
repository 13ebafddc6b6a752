namespace Runnel.Backtesting;

/// <summary>A series of bars as columns of equal length, oldest first: what a backtest runs on. Immutable.</summary>
public sealed class Klines
{
    private readonly long[] openTimes;
    private readonly double[] open;
    private readonly double[] high;
    private readonly double[] low;
    private readonly double[] close;
    private readonly double[] volume;
    private int[]? dayEnds;
    private PrefixSums? closeSums;

    /// <summary>Takes over the arrays without copying: do not write to them afterwards.</summary>
    /// <param name="symbol">Instrument, for instance <c>BTCUSDT</c>.</param>
    /// <param name="openTimes">Open time of each bar in Unix milliseconds, UTC, strictly ascending.</param>
    /// <param name="open">First price of each bar.</param>
    /// <param name="high">Highest price of each bar.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="volume">Volume of each bar, in the unit of its source; zero is allowed.</param>
    /// <exception cref="ArgumentException">The columns differ in length, or a bar is out of order, doubled, not finite or not positive,
    /// or has a high under or a low over one of its prices. The message names the bar.</exception>
    public Klines(string symbol, long[] openTimes, double[] open, double[] high, double[] low, double[] close, double[] volume)
    {
        Symbol = symbol;
        (this.openTimes, this.open, this.high, this.low, this.close, this.volume) = (openTimes, open, high, low, close, volume);
        int count = openTimes.Length;
        if (open.Length != count || high.Length != count || low.Length != count || close.Length != count || volume.Length != count)
        {
            throw new ArgumentException($"All columns of {symbol} need {count} values like openTimes; got open {open.Length}, high {high.Length}, "
                + $"low {low.Length}, close {close.Length}, volume {volume.Length}.");
        }

        for (int i = 0; i < count; i++)
        {
            if (i > 0 && openTimes[i] <= openTimes[i - 1])
                throw new ArgumentException($"Bar {i} of {symbol} opens at {openTimes[i]}, not after bar {i - 1} at {openTimes[i - 1]}; sort and remove doubles.");
            if (!(low[i] > 0 && low[i] <= Math.Min(open[i], close[i]) && high[i] >= Math.Max(open[i], close[i]) && double.IsFinite(high[i]) && volume[i] >= 0))
            {
                throw new ArgumentException($"Bar {i} of {symbol} (open time {openTimes[i]}) is impossible: open {open[i]}, high {high[i]}, low {low[i]}, "
                    + $"close {close[i]}, volume {volume[i]}; prices must be positive and low <= open, close <= high.");
            }
        }
    }

    /// <summary>Instrument, for instance <c>BTCUSDT</c>.</summary>
    public string Symbol { get; }

    /// <summary>Number of bars.</summary>
    public int Count => openTimes.Length;

    /// <summary>Open time of each bar in Unix milliseconds, UTC, strictly ascending.</summary>
    public ReadOnlySpan<long> OpenTimes => openTimes;

    /// <summary>First price of each bar.</summary>
    public ReadOnlySpan<double> Open => open;

    /// <summary>Highest price of each bar.</summary>
    public ReadOnlySpan<double> High => high;

    /// <summary>Lowest price of each bar.</summary>
    public ReadOnlySpan<double> Low => low;

    /// <summary>Last price of each bar.</summary>
    public ReadOnlySpan<double> Close => close;

    /// <summary>Volume of each bar, in the unit of its source.</summary>
    public ReadOnlySpan<double> Volume => volume;

    internal double[] OpenColumn => open;

    internal double[] HighColumn => high;

    internal double[] LowColumn => low;

    internal double[] CloseColumn => close;

    internal double[] VolumeColumn => volume;

    internal long[] TimeColumn => openTimes;

    /// <summary>Last bar of each UTC calendar day that has one. Worked out once; two threads at worst both do it.</summary>
    internal int[] DayEnds => dayEnds ??= Calendar.DayEnds(openTimes);

    /// <summary>Running sums of the closes, shared by every moving average over them.</summary>
    internal PrefixSums CloseSums => closeSums ??= PrefixSums.Of(close);

    /// <summary>A copy of some of the bars as a series of its own: bars are counted from 0 again.</summary>
    /// <param name="first">First bar to keep.</param>
    /// <param name="count">How many.</param>
    /// <returns>The slice.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the series.</exception>
    public Klines Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        Range range = first..(first + count);
        return new Klines(Symbol, openTimes[range], open[range], high[range], low[range], close[range], volume[range]);
    }

    /// <summary>A copy of the bars that open in a time range, as a series of its own.</summary>
    /// <param name="fromInclusive">Earliest open time, Unix milliseconds, UTC.</param>
    /// <param name="toExclusive">First open time that is too late, Unix milliseconds, UTC.</param>
    /// <returns>The bars in between; none if there are none.</returns>
    public Klines Between(long fromInclusive, long toExclusive)
    {
        int first = LowerBound(fromInclusive);
        return Slice(first, Math.Max(0, LowerBound(toExclusive) - first));
    }

    private int LowerBound(long time)
    {
        int at = Array.BinarySearch(openTimes, time);
        return at < 0 ? ~at : at;
    }
}
