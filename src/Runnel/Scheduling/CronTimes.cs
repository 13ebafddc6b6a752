using Cronos;

namespace Runnel.Scheduling;

/// <summary>The fire times of one cron expression in one time zone, in UTC.</summary>
internal sealed class CronTimes
{
    private readonly CronExpression expression;
    private readonly TimeZoneInfo zone;

    private CronTimes(CronExpression expression, TimeZoneInfo zone)
    {
        this.expression = expression;
        this.zone = zone;
    }

    /// <exception cref="PayloadException">The expression or the time zone is wrong, or it never fires.</exception>
    public static CronTimes Of(Schedule schedule)
    {
        CronTimes times = new(Parse(schedule.Cron), Zone(schedule.TimeZone));
        return times.Next(DateTimeOffset.UnixEpoch) is not null
            ? times
            : throw new PayloadException("cron", $"cron is '{schedule.Cron}', which never comes; correct its day or month.");
    }

    /// <summary>The first time after a moment; null where the expression ends.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, bool inclusive = false) => expression.GetNextOccurrence(after, zone, inclusive)?.ToUniversalTime();

    /// <summary>All times after a moment.</summary>
    public IEnumerable<DateTimeOffset> After(DateTimeOffset after)
    {
        for (DateTimeOffset? at = Next(after); at is { } time; at = Next(time))
            yield return time;
    }

    /// <summary>All times from a moment on, that included, up to and including another.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset from, DateTimeOffset to)
    {
        for (DateTimeOffset? at = Next(from, inclusive: true); at is { } time && time <= to; at = Next(time))
            yield return time;
    }

    /// <summary>The latest times from a moment on (included) and before another (excluded), oldest first.</summary>
    /// <remarks>Looks back over spans that double, so that a long outage of a busy schedule does not have all its times worked out. Cronos
    /// can search backwards, but for a time that the clock jumped over it then gives another moment than forwards.</remarks>
    public List<DateTimeOffset> Latest(DateTimeOffset from, DateTimeOffset before, int most)
    {
        if (most == 0 || before <= from)
            return [];
        for (TimeSpan span = TimeSpan.FromMinutes(1); ; span *= 2)
        {
            DateTimeOffset start = before - from > span ? before - span : from;
            List<DateTimeOffset> found = [.. Between(start, before.AddTicks(-1))];
            if (found.Count >= most || start == from)
                return found.Count > most ? found[^most..] : found;
        }
    }

    private static CronExpression Parse(string text)
    {
        const string Remedy = "give five fields (minute hour day month weekday), for instance '30 2 * * *', or six with seconds first.";
        try
        {
            int fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
            return CronExpression.Parse(text, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (Exception e) when (e is CronFormatException or MissingSeedException) // 'H' needs a seed, which differs between processes
        {
            throw new PayloadException("cron", $"cron is '{text}', which cannot be read ({e.Message.TrimEnd('.')}); {Remedy}", e);
        }
    }

    private static TimeZoneInfo Zone(string name)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException or ArgumentException)
        {
            throw new PayloadException("time_zone", $"time_zone is '{name}', which this system does not know; give an IANA name such as "
                + "Europe/Berlin, America/New_York or UTC (the system's package tzdata has them).", e);
        }
    }
}
