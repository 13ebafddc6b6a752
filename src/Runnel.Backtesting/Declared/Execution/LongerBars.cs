using System.Globalization;

namespace Runnel.Backtesting;

/// <summary>Bars of a longer interval made from those of a run, and since when each of them is known.</summary>
internal sealed class LongerBars
{
    private LongerBars(Klines klines, int[] visible) => (Klines, Visible) = (klines, visible);

    public Klines Klines { get; }

    /// <summary>At each bar of the run: the last longer bar that has closed by that bar's close, -1 for none.</summary>
    public int[] Visible { get; }

    /// <summary>Smallest distance of two bars in milliseconds: their length, where nobody says it; the largest number where there is one bar alone.</summary>
    public static long LengthOf(ReadOnlySpan<long> times)
    {
        long least = long.MaxValue;
        for (int i = 1; i < times.Length; i++)
            least = Math.Min(least, times[i] - times[i - 1]);
        return least;
    }

    /// <summary>Combines bars: first open, largest high, smallest low, last close, sum of volumes.</summary>
    /// <param name="bars">The bars of the run.</param>
    /// <param name="length">Their length in milliseconds.</param>
    /// <param name="interval">The longer interval.</param>
    /// <exception cref="BacktestInputException">Whole bars do not fill it.</exception>
    /// <remarks>A longer bar whose beginning is not there (the klines start within it) is left out. One with gaps is made of what there is. It is
    /// known at the close of its last possible bar; where that one is missing, at the close of the next bar there is.</remarks>
    public static LongerBars Of(Klines bars, long length, BarInterval interval)
    {
        int count = bars.Count, made = -1;
        if (count > 1 && !interval.IsMadeOf(length))
        {
            throw new BacktestInputException("interval", $"\"{interval}\"", string.Create(CultureInfo.InvariantCulture,
                $"Give one that is made of whole bars of the run, which last {length / 60_000.0} minutes."));
        }

        ReadOnlySpan<long> times = bars.OpenTimes;
        int most = count == 0 ? 0 : (int)Math.Min(count, (times[^1] - times[0]) / interval.Length + 2);
        List<long> starts = new(most);
        List<double> open = new(most), high = new(most), low = new(most), close = new(most), volume = new(most);
        int[] visible = new int[count];
        long start = long.MinValue, end = long.MinValue;
        bool isWhole = false;
        for (int i = 0; i < count; i++)
        {
            if (times[i] >= end)
            {
                start = interval.Floor(times[i]);
                end = interval.End(start);
                isWhole = i > 0 || times[i] == start;
                if (isWhole)
                {
                    made++;
                    starts.Add(start);
                    open.Add(bars.Open[i]);
                    high.Add(bars.High[i]);
                    low.Add(bars.Low[i]);
                    close.Add(bars.Close[i]);
                    volume.Add(0);
                }
            }

            if (isWhole)
            {
                high[made] = Math.Max(high[made], bars.High[i]);
                low[made] = Math.Min(low[made], bars.Low[i]);
                close[made] = bars.Close[i];
                volume[made] += bars.Volume[i];
            }

            bool closes = times[i] + length >= end;
            visible[i] = isWhole && !closes ? made - 1 : made;
        }

        return new LongerBars(new Klines(bars.Symbol, [.. starts], [.. open], [.. high], [.. low], [.. close], [.. volume]), visible);
    }
}
