namespace Runnel.Backtesting;

internal static class DailyReturns
{
    /// <summary>Simple returns between values at the ends of days; they end where a value is 0.</summary>
    public static double[] Of(ReadOnlySpan<double> values)
    {
        double[] returns = new double[Math.Max(0, values.Length - 1)];
        return returns[..Of(values, returns)];
    }

    /// <summary>As above, into an array.</summary>
    /// <returns>How many there are.</returns>
    public static int Of(ReadOnlySpan<double> values, Span<double> returns)
    {
        int count = 0;
        for (int day = 1; day < values.Length && values[day - 1] > 0; day++)
            returns[count++] = values[day] / values[day - 1] - 1;
        return count;
    }

    /// <summary>The values of a series at the ends of days.</summary>
    public static double[] AtDayEnds(ReadOnlySpan<double> values, ReadOnlySpan<int> dayEnds)
    {
        double[] picked = new double[dayEnds.Length];
        for (int day = 0; day < picked.Length; day++)
            picked[day] = values[dayEnds[day]];
        return picked;
    }
}
