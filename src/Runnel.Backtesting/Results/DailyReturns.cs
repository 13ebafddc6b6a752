namespace Runnel.Backtesting;

internal static class DailyReturns
{
    /// <summary>Simple returns between the last values of days that have a bar; they end where a value is 0.</summary>
    public static double[] Of(ReadOnlySpan<double> values, ReadOnlySpan<int> dayEnds)
    {
        double[] returns = new double[Math.Max(0, dayEnds.Length - 1)];
        int count = Of(values, dayEnds, returns);
        return returns[..count];
    }

    public static int Of(ReadOnlySpan<double> values, ReadOnlySpan<int> dayEnds, Span<double> returns)
    {
        int count = 0;
        for (int day = 1; day < dayEnds.Length; day++)
        {
            double before = values[dayEnds[day - 1]];
            if (!(before > 0))
                break;
            returns[count++] = values[dayEnds[day]] / before - 1;
        }

        return count;
    }
}
