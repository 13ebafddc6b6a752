using System.Globalization;
using Runnel.Backtesting;

namespace Runnel.MarketData;

internal static class KlineRange
{
    /// <summary>The part of a series that a request asks for, or null where there is none. Copies, unless it is all of it.</summary>
    public static Klines? Cut(Klines all, KlineRequest request)
    {
        ReadOnlySpan<long> times = all.OpenTimes;
        int first = FirstAtOrAfter(times, request.From.ToUnixTimeMilliseconds());
        int end = FirstAtOrAfter(times, request.To.ToUnixTimeMilliseconds());
        if (first >= end)
            return null;
        if (first == 0 && end == times.Length && all.Symbol == request.Symbol)
            return all;
        Range range = first..end;
        return new Klines(request.Symbol, times[range].ToArray(), all.Open[range].ToArray(), all.High[range].ToArray(),
            all.Low[range].ToArray(), all.Close[range].ToArray(), all.Volume[range].ToArray());
    }

    /// <summary>First and last open time in words, for messages.</summary>
    public static string Describe(Klines klines) =>
        $"{klines.Count} bars from {Moment(klines.OpenTimes[0])} to {Moment(klines.OpenTimes[^1])} UTC";

    public static string Moment(long time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static int FirstAtOrAfter(ReadOnlySpan<long> times, long time)
    {
        int index = times.BinarySearch(time);
        return index < 0 ? ~index : index;
    }
}
