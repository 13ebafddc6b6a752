using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Makes longer bars of shorter ones, aligned in UTC as the exchange's: weeks from Monday, months from the first.</summary>
public static class KlineResampler
{
    /// <summary>Open of the first, highest high, lowest low, close of the last, sum of volumes (of decimal volumes exactly).</summary>
    /// <param name="klines">The shorter bars. Holes stay holes: a longer bar is made of those that are there, and none where there is none.</param>
    /// <param name="from">Their length.</param>
    /// <param name="to">The length wanted; bars of <paramref name="from"/> may not straddle two of it.</param>
    /// <returns>Null where no longer bar is whole: the first and the last are left out if the shorter ones begin after it began or end before it ends.</returns>
    /// <exception cref="ArgumentException">The longer bars are not made of whole shorter ones.</exception>
    public static Klines? Resample(Klines klines, KlineInterval from, KlineInterval to)
    {
        if (!Divides(from, to))
            throw new ArgumentException($"Bars of {to} are not made of whole bars of {from}.", nameof(to));
        if (klines.Count == 0)
            return null;
        ReadOnlySpan<long> times = klines.OpenTimes;
        long[] volumes = new long[klines.Count];
        int decimals = DecimalColumn.Fit(klines.Volume, volumes);
        KlineColumns longer = new();
        Span<double> row = stackalloc double[5];
        Span<double> sum = stackalloc double[1];
        for (int first = 0, next; first < times.Length; first = next)
        {
            long open = to.Floor(times[first]), end = to.Add(open, 1);
            (double high, double low, long exact, double rough) = (klines.High[first], klines.Low[first], 0, 0);
            for (next = first; next < times.Length && times[next] < end; next++)
            {
                high = Math.Max(high, klines.High[next]);
                low = Math.Min(low, klines.Low[next]);
                exact += volumes[next];
                rough += klines.Volume[next];
            }

            bool begins = first > 0 || times[first] == open, ends = next < times.Length || from.Add(times[next - 1], 1) >= end;
            if (!begins || !ends)
                continue;
            sum[0] = rough;
            if (decimals >= 0)
                DecimalColumn.Restore([exact], decimals, sum);
            (row[0], row[1], row[2], row[3], row[4]) = (klines.Open[first], high, low, klines.Close[next - 1], sum[0]);
            longer.Add(open, row);
        }

        return longer.Count == 0 ? null : longer.ToKlines(klines.Symbol);
    }

    /// <summary>Whether every bar of one length is made of whole bars of another.</summary>
    internal static bool Divides(KlineInterval shorter, KlineInterval longer) =>
        shorter == longer
        || (shorter.Length is { } s && (longer.Length is { } l
            ? s < l && l.Ticks % s.Ticks == 0
            : s <= TimeSpan.FromDays(1) && TimeSpan.TicksPerDay % s.Ticks == 0));
}
