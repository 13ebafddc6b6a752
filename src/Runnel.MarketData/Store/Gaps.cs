namespace Runnel.MarketData;

internal static class Gaps
{
    /// <summary>Holes between bars, each split where what is covered ends or begins.</summary>
    public static List<KlineGap> Of(ReadOnlySpan<long> times, KlineInterval interval, IReadOnlyList<TimeRange> covered)
    {
        List<KlineGap> gaps = [];
        for (int i = 1; i < times.Length; i++)
        {
            long first = interval.Add(interval.Floor(times[i - 1]), 1);
            if (first < times[i])
                gaps.AddRange(Split(new TimeRange(first, times[i]), interval, covered));
        }

        return gaps;
    }

    private static IEnumerable<KlineGap> Split(TimeRange hole, KlineInterval interval, IReadOnlyList<TimeRange> covered)
    {
        List<TimeRange> open = TimeRanges.Subtract(hole, covered);
        List<TimeRange> confirmed = open.Count == 0 ? [hole] : [.. open.Aggregate(new List<TimeRange> { hole }, (rest, o) => [.. rest.SelectMany(r => TimeRanges.Subtract(r, [o]))])];
        return confirmed.Select(r => Gap(r, true)).Concat(open.Select(r => Gap(r, false))).Where(g => g.Bars > 0).OrderBy(g => g.Range.From);

        KlineGap Gap(TimeRange range, bool isConfirmed) => new(range, Math.Max(0, interval.CountBetween(interval.Ceiling(range.From), interval.Ceiling(range.To))), isConfirmed);
    }
}
