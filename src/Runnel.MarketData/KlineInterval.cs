using System.Diagnostics.CodeAnalysis;

namespace Runnel.MarketData;

/// <summary>The length of a bar, one of the thirteen that Bybit serves. All are aligned in UTC: weeks open on Monday 00:00, months on the
/// first, everything else at multiples of its length since 1970. There is one instance of each, so reference equality is equality.</summary>
public sealed class KlineInterval
{
    private const long Minute = 60_000;
    private const long Day = 24 * 60 * Minute;
    private const long FirstMonday = 4 * Day; // 1970-01-01 was a Thursday
    private readonly long length; // 0: a calendar month

    private KlineInterval(string code, string name, long length) => (Code, Name, this.length) = (code, name, length);

    /// <summary>One minute, code <c>1</c>.</summary>
    public static KlineInterval OneMinute { get; } = new("1", "1m", Minute);

    /// <summary>One hour, code <c>60</c>.</summary>
    public static KlineInterval OneHour { get; } = new("60", "1h", 60 * Minute);

    /// <summary>One day, code <c>D</c>.</summary>
    public static KlineInterval OneDay { get; } = new("D", "1d", Day);

    /// <summary>One week from Monday, code <c>W</c>.</summary>
    public static KlineInterval OneWeek { get; } = new("W", "1w", 7 * Day);

    /// <summary>One calendar month, code <c>M</c>.</summary>
    public static KlineInterval OneMonth { get; } = new("M", "1M", 0);

    /// <summary>All intervals, shortest first.</summary>
    public static IReadOnlyList<KlineInterval> All { get; } =
    [
        OneMinute, new("3", "3m", 3 * Minute), new("5", "5m", 5 * Minute), new("15", "15m", 15 * Minute), new("30", "30m", 30 * Minute),
        OneHour, new("120", "2h", 120 * Minute), new("240", "4h", 240 * Minute), new("360", "6h", 360 * Minute), new("720", "12h", 720 * Minute),
        OneDay, OneWeek, OneMonth,
    ];

    /// <summary>What Bybit calls it: minutes as a number, or D, W, M.</summary>
    public string Code { get; }

    /// <summary>What people call it: 1m, 4h, 1d, 1w, 1M.</summary>
    public string Name { get; }

    /// <summary>Its length, or null for the month, which has no fixed one.</summary>
    public TimeSpan? Length => length == 0 ? null : TimeSpan.FromMilliseconds(length);

    /// <summary>Finds an interval by its code (60, D) or name (1h, 1d). Letters may be of either case, except where only the case tells
    /// minutes from months: <c>1m</c> is a minute, <c>M</c> and <c>1M</c> are a month, <c>m</c> alone is refused.</summary>
    /// <returns>False for anything else, and <paramref name="interval"/> is then null.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out KlineInterval? interval)
    {
        string wanted = text?.Trim() ?? "";
        interval = All.FirstOrDefault(i => i.Code == wanted || i.Name == wanted);
        if (interval is null && wanted is not ("m" or "1M"))
        {
            interval = All.FirstOrDefault(i => i != OneMonth && (wanted.Equals(i.Name, StringComparison.OrdinalIgnoreCase)
                || wanted.Equals(i.Code, StringComparison.OrdinalIgnoreCase) || (char.IsAsciiDigit(i.Code[0]) && wanted == i.Code + "m")));
        }

        return interval is not null;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The interval is not known; the message lists those that are.</exception>
    public static KlineInterval Parse(string text) => TryParse(text, out KlineInterval? interval)
        ? interval
        : throw new FormatException($"'{text}' is no kline interval. Give one of {string.Join(", ", All.Select(i => i.Name))}, "
            + $"or in Bybit's words {string.Join(", ", All.Select(i => i.Code))}.");

    /// <summary>The open time of the bar that holds a moment.</summary>
    /// <param name="time">Unix milliseconds, UTC.</param>
    /// <returns>Unix milliseconds, UTC, at or before <paramref name="time"/>.</returns>
    public long Floor(long time)
    {
        if (length == 0)
        {
            DateTimeOffset moment = DateTimeOffset.FromUnixTimeMilliseconds(time);
            return new DateTimeOffset(moment.Year, moment.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        }

        long sinceOrigin = time - (this == OneWeek ? FirstMonday : 0);
        long intoBar = ((sinceOrigin % length) + length) % length;
        return time - intoBar;
    }

    /// <summary>The open time of the first bar that opens at or after a moment; Unix milliseconds, UTC.</summary>
    public long Ceiling(long time) => Floor(time) == time ? time : Add(Floor(time), 1);

    /// <summary>The open time some bars later (or earlier, if negative).</summary>
    /// <param name="openTime">A bar's open time, Unix milliseconds, UTC.</param>
    /// <param name="bars">How many bars.</param>
    public long Add(long openTime, int bars) => length == 0
        ? DateTimeOffset.FromUnixTimeMilliseconds(openTime).AddMonths(bars).ToUnixTimeMilliseconds()
        : openTime + (bars * length);

    /// <summary>How many bars open from one bar's open time up to, not including, another's.</summary>
    /// <param name="first">A bar's open time, Unix milliseconds, UTC.</param>
    /// <param name="last">A bar's open time, not before <paramref name="first"/>.</param>
    public long CountBetween(long first, long last)
    {
        if (length != 0)
            return (last - first) / length;
        DateTimeOffset from = DateTimeOffset.FromUnixTimeMilliseconds(first), to = DateTimeOffset.FromUnixTimeMilliseconds(last);
        return ((to.Year - from.Year) * 12) + to.Month - from.Month;
    }

    /// <summary>Its <see cref="Name"/>.</summary>
    public override string ToString() => Name;
}
