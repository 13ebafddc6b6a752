using System.Globalization;
using Runnel.Backtesting;

namespace Runnel.MarketData;

internal static class KlineRange
{
    /// <summary>The part of a series that a request asks for, or null where there is none. Copies, unless it is all of it.</summary>
    public static Klines? Cut(Klines all, KlineRequest request)
    {
        long from = request.From.ToUnixTimeMilliseconds(), to = request.To.ToUnixTimeMilliseconds();
        if (all.OpenTimes[0] >= from && all.OpenTimes[^1] < to)
            return all;
        Klines part = all.Between(from, to);
        return part.Count == 0 ? null : part;
    }

    /// <summary>How many bars another series does not have, or has with other values.</summary>
    public static int CountOther(Klines bars, Klines? than)
    {
        if (than is null)
            return bars.Count;
        int other = 0;
        for (int i = 0; i < bars.Count; i++)
        {
            int at = than.OpenTimes.BinarySearch(bars.OpenTimes[i]);
            bool same = at >= 0 && than.Open[at] == bars.Open[i] && than.High[at] == bars.High[i] && than.Low[at] == bars.Low[i]
                && than.Close[at] == bars.Close[i] && than.Volume[at] == bars.Volume[i];
            other += same ? 0 : 1;
        }

        return other;
    }

    /// <summary>First and last open time in words, for messages.</summary>
    public static string Describe(Klines klines) =>
        $"{klines.Count} bars from {Moment(klines.OpenTimes[0])} to {Moment(klines.OpenTimes[^1])} UTC";

    public static string Moment(long time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
