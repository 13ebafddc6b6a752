namespace Runnel.Backtesting;

internal static class Calendar
{
    private const long DayMilliseconds = 86_400_000;

    public static int[] DayEnds(ReadOnlySpan<long> times)
    {
        List<int> ends = [];
        for (int i = 0; i < times.Length; i++)
        {
            if (i + 1 == times.Length || Day(times[i + 1]) != Day(times[i]))
                ends.Add(i);
        }

        return [.. ends];
    }

    public static long Day(long time) => Math.DivRem(time, DayMilliseconds) switch
    {
        (long day, < 0) => day - 1, // before 1970
        (long day, _) => day,
    };

    public static (int Year, int Month) Month(long time)
    {
        DateTimeOffset date = DateTimeOffset.FromUnixTimeMilliseconds(time);
        return (date.Year, date.Month);
    }
}
