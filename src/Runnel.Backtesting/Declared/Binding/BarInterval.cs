using System.Globalization;

namespace Runnel.Backtesting;

/// <summary>Length of a bar; bars begin at whole multiples of it in UTC, weeks on Monday, months on the first.</summary>
internal sealed class BarInterval
{
    private const long Minute = 60_000;
    private const long Day = 1440 * Minute;
    private const long FirstMonday = 4 * Day; // 1970-01-01 was a Thursday

    private BarInterval(string name, long length) => (Name, Length) = (name, length);

    /// <summary>What people call it: 15m, 4h, 1d, 1w, 1M.</summary>
    public string Name { get; }

    /// <summary>Milliseconds; of a month, the shortest one's.</summary>
    public long Length { get; }

    private bool IsMonth => Name == "1M";

    /// <summary>Reads <c>5m</c>, <c>4h</c>, <c>1d</c>, <c>1w</c>, <c>1M</c> or Bybit's codes (minutes, D, W, M). Minutes and hours have to divide a day.</summary>
    /// <returns>Null for anything else.</returns>
    public static BarInterval? Parse(string text)
    {
        switch (text)
        {
            case "1M" or "M":
                return new BarInterval("1M", 28 * Day);
            case "1w" or "1W" or "W":
                return new BarInterval("1w", 7 * Day);
            case "1d" or "1D" or "D":
                return new BarInterval("1d", Day);
        }

        bool isCode = text.Length > 0 && char.IsAsciiDigit(text[^1]);
        long unit = isCode || text.EndsWith('m') ? 1 : text.EndsWith('h') ? 60 : 0;
        if (unit == 0 || !int.TryParse(isCode ? text : text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is 0 or > 1440)
            return null;
        long minutes = count * unit;
        return minutes > 1440 || 1440 % minutes != 0 ? null
            : minutes == 1440 ? new BarInterval("1d", Day)
            : new BarInterval(minutes % 60 == 0 ? $"{minutes / 60}h" : $"{minutes}m", minutes * Minute);
    }

    /// <summary>Start of the bar that a moment falls into, Unix milliseconds.</summary>
    public long Floor(long time)
    {
        if (IsMonth)
        {
            DateTimeOffset date = DateTimeOffset.FromUnixTimeMilliseconds(time);
            return new DateTimeOffset(date.Year, date.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        }

        long offset = Name == "1w" ? FirstMonday : 0, into = (time - offset) % Length;
        return time - (into < 0 ? into + Length : into);
    }

    /// <summary>End of the bar that starts at a moment, Unix milliseconds.</summary>
    public long End(long start) => IsMonth ? DateTimeOffset.FromUnixTimeMilliseconds(start).AddMonths(1).ToUnixTimeMilliseconds() : start + Length;

    /// <summary>Whether whole bars of a length fill every bar of this one.</summary>
    public bool IsMadeOf(long length) => length > 0 && length <= Length && (IsMonth || Name == "1w" ? Day : Length) % Math.Min(length, Day) == 0
        && (length <= Day || length == Length);

    public override string ToString() => Name;
}
