using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Runnel.MarketData;

/// <summary>How a file writes times: a count since 1970 in some unit, or a date. Told by the first time, and then the same for all.</summary>
internal sealed class TimeUnit
{
    // 1973-03-03 to 2286-11-20 in the unit: the ranges of two units do not meet, so that a number tells its own.
    private static readonly TimeUnit[] Counts = [new("seconds", 100_000_000, 1_000, 1), new("milliseconds", 100_000_000_000, 1, 1), new("microseconds", 100_000_000_000_000, 1, 1_000), new("nanoseconds", 100_000_000_000_000_000, 1, 1_000_000)];
    private static readonly TimeUnit Dates = new("dates", 0, 0, 1);
    private readonly long least, times, divisor;

    private TimeUnit(string name, long least, long times, long divisor) => (Name, this.least, this.times, this.divisor) = (name, least, times, divisor);

    /// <summary>In words, for messages.</summary>
    public string Name { get; }

    /// <summary>The unit of a time as written, or null where it is no time.</summary>
    public static TimeUnit? Of(ReadOnlySpan<byte> text)
    {
        if (TryCount(text, out long count))
            return Of(count);
        return Dates.TryRead(text, out _) ? Dates : null;
    }

    /// <summary>The unit of a count, or null where it is none between 1973 and 2286.</summary>
    public static TimeUnit? Of(long count) => Array.Find(Counts, c => count >= c.least && count / 100 < c.least);

    /// <summary>Reads a time of this unit.</summary>
    /// <param name="text">As written.</param>
    /// <param name="time">Unix milliseconds.</param>
    public bool TryRead(ReadOnlySpan<byte> text, out long time)
    {
        if (this != Dates)
            return TryCount(text, out time) && TryRead(time, out time);
        time = 0;
        if (text.Length is < 8 or > 40 || !DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out DateTimeOffset moment))
            return false;
        time = moment.ToUnixTimeMilliseconds();
        return true;
    }

    public bool TryRead(long count, out long time)
    {
        time = count * times / divisor;
        return count >= least && count / 100 < least && count % divisor == 0;
    }

    private static bool TryCount(ReadOnlySpan<byte> text, out long count)
    {
        text = text.Trim(" \t"u8);
        if (Utf8Parser.TryParse(text, out count, out int used) && used == text.Length)
            return true;
        return text.EndsWith(".0"u8) && Utf8Parser.TryParse(text[..^2], out count, out used) && used == text.Length - 2; // as pandas writes seconds
    }
}
