using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Runnel.Backtesting;

/// <summary>Follows equity stretch by stretch: between two fills it is base + units * close, so its extremes are at those of the close, and
/// most stretches neither reach a new peak nor a new depth and need no look at single bars.</summary>
internal sealed class EquityCurve
{
    private readonly double[] close;
    private readonly int[] dayEnds;
    private readonly double[]? values; // null where only figures are wanted
    private readonly double[] dayValues;
    private int day;
    private double peak;
    private double floor; // peak * (1 - worst drawdown): saves a division on almost every bar

    /// <param name="close">Closes of all bars.</param>
    /// <param name="dayEnds">Last bar of each day.</param>
    /// <param name="values">Where to write equity of each bar; null for nowhere.</param>
    /// <param name="dayValues">Where to write equity at each of <paramref name="dayEnds"/>.</param>
    /// <param name="peak">Highest equity before the first bar; null where nothing was before.</param>
    public EquityCurve(double[] close, int[] dayEnds, double[]? values, double[] dayValues, double? peak = null)
    {
        (this.close, this.dayEnds, this.values, this.dayValues) = (close, dayEnds, values, dayValues);
        (this.peak, floor, PeakBar, DrawdownPeakBar) = peak is { } before ? (before, before, -1, -1) : (double.NegativeInfinity, 0, -1, 0);
    }

    public double Drawdown { get; private set; }

    public int DrawdownBar { get; private set; }

    /// <summary>Bar of the high before it; -1 where that was before the first bar.</summary>
    public int DrawdownPeakBar { get; private set; }

    /// <summary>Highest equity so far.</summary>
    public double Peak => peak;

    /// <summary>Its bar; -1 where it was before the first one.</summary>
    public int PeakBar { get; private set; }

    /// <summary>Equity of the last bar marked.</summary>
    public double Last { get; private set; }

    public ReadOnlySpan<double> DayValues => dayValues.AsSpan(0, dayEnds.Length);

    /// <summary>Marks the bars [from, to) with base + units * close.</summary>
    /// <returns>The first bar whose equity is not above 0; then nothing from it on is marked. <paramref name="to"/> where there is none.</returns>
    public int Mark(int from, int to, double start, double units)
    {
        (double low, double high) = units == 0 ? (0, 0) : Extremes(close.AsSpan(from, to - from));
        double lowest = start + units * (units > 0 ? low : high), highest = start + units * (units > 0 ? high : low);
        if (!(lowest > 0))
            to = FirstAtMostZero(from, to, start, units);
        if (to == from)
            return to;
        if (highest > peak || lowest < floor)
            Follow(from, to, start, units);
        for (; day < dayEnds.Length && dayEnds[day] < to; day++)
            dayValues[day] = start + units * close[dayEnds[day]];
        if (values is not null)
            Write(values.AsSpan(from, to - from), from, start, units);
        Last = start + units * close[to - 1];
        return to;
    }

    /// <summary>Marks the bars from one on with 0.</summary>
    public void MarkLost(int from)
    {
        if (from < close.Length && peak > 0 && Drawdown < 1)
            (Drawdown, DrawdownBar, DrawdownPeakBar) = (1, from, PeakBar);
        for (; day < dayEnds.Length; day++)
            dayValues[day] = 0;
        if (values is not null)
            Array.Clear(values, from, values.Length - from);
        Last = 0;
    }

    private static (double Low, double High) Extremes(ReadOnlySpan<double> prices)
    {
        double low = prices[0], high = prices[0];
        int i = 0;
        if (Vector256.IsHardwareAccelerated && prices.Length >= 4)
        {
            ref double first = ref MemoryMarshal.GetReference(prices);
            Vector256<double> lows = Vector256.LoadUnsafe(ref first), highs = lows;
            for (i = 4; i <= prices.Length - 4; i += 4)
            {
                Vector256<double> next = Vector256.LoadUnsafe(ref first, (nuint)i);
                lows = Vector256.MinNative(lows, next);
                highs = Vector256.MaxNative(highs, next);
            }

            for (int k = 0; k < 4; k++)
                (low, high) = (Math.Min(low, lows[k]), Math.Max(high, highs[k]));
        }

        for (; i < prices.Length; i++)
            (low, high) = (Math.Min(low, prices[i]), Math.Max(high, prices[i]));
        return (low, high);
    }

    private void Follow(int from, int to, double start, double units)
    {
        ReadOnlySpan<double> prices = close.AsSpan(0, to);
        for (int bar = from; bar < prices.Length; bar++)
        {
            double value = start + units * prices[bar];
            if (value > peak)
            {
                (peak, PeakBar) = (value, bar);
                floor = peak * (1 - Drawdown);
            }
            else if (value < floor)
            {
                double drawdown = 1 - value / peak;
                if (drawdown > Drawdown)
                {
                    (Drawdown, DrawdownBar, DrawdownPeakBar) = (drawdown, bar, PeakBar);
                    floor = value;
                }
            }
        }
    }

    private void Write(Span<double> to, int from, double start, double units)
    {
        if (units == 0)
        {
            to.Fill(start);
            return;
        }

        ReadOnlySpan<double> prices = close.AsSpan(from, to.Length);
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double source = ref MemoryMarshal.GetReference(prices);
            ref double target = ref MemoryMarshal.GetReference(to);
            Vector256<double> starts = Vector256.Create(start), many = Vector256.Create(units);
            for (; i <= to.Length - 4; i += 4)
            {
                Vector256<double> gain = many * Vector256.LoadUnsafe(ref source, (nuint)i); // not fused: the tail must give the same bits
                (starts + gain).StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i < to.Length; i++)
            to[i] = start + units * prices[i];
    }

    private int FirstAtMostZero(int from, int to, double start, double units)
    {
        while (from < to && start + units * close[from] > 0)
            from++;
        return from;
    }
}
