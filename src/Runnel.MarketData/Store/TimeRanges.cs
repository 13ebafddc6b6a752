using System.Globalization;

namespace Runnel.MarketData;

/// <summary>A set of moments as ranges that are in order and do not touch.</summary>
internal static class TimeRanges
{
    /// <summary>All that any of the ranges holds.</summary>
    public static List<TimeRange> Union(IEnumerable<TimeRange> ranges)
    {
        List<TimeRange> result = [];
        foreach (TimeRange range in ranges.Where(r => !r.IsEmpty).OrderBy(r => r.From))
        {
            if (result.Count > 0 && range.From <= result[^1].To)
                result[^1] = result[^1] with { To = Math.Max(result[^1].To, range.To) };
            else
                result.Add(range);
        }

        return result;
    }

    /// <summary>What of a range is in none of the others.</summary>
    public static List<TimeRange> Subtract(TimeRange from, IEnumerable<TimeRange> taken)
    {
        List<TimeRange> result = [];
        long at = from.From;
        foreach (TimeRange range in Union(taken))
        {
            if (range.From >= from.To)
                break;
            if (range.From > at)
                result.Add(new TimeRange(at, range.From));
            at = Math.Max(at, range.To);
        }

        if (at < from.To)
            result.Add(new TimeRange(at, from.To));
        return result;
    }

    public static string Write(IEnumerable<TimeRange> ranges) =>
        string.Join(',', ranges.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.From}-{r.To}")));

    /// <exception cref="FormatException">Something else than <see cref="Write"/> made it.</exception>
    public static List<TimeRange> Read(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part =>
    {
        int dash = part.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            ? new TimeRange(long.Parse(part.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture), long.Parse(part.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture))
            : throw new FormatException($"'{part}' is no range.");
    })];
}
