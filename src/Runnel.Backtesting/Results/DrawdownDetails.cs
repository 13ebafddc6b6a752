namespace Runnel.Backtesting;

internal static class DrawdownDetails
{
    public static DetailedStatistics Add(DetailedStatistics statistics, ReadOnlySpan<long> times, double[] equity)
    {
        double peak = equity[0], depth = 0, depths = 0, squares = 0, worstCash = 0;
        long longest = 0, total = 0;
        int peakAt = 0, count = 0;
        for (int i = 0; i < equity.Length; i++)
        {
            bool isPeak = equity[i] >= peak;
            double drawdown = isPeak ? 0 : 1 - equity[i] / peak;
            depth = Math.Max(depth, drawdown);
            worstCash = Math.Max(worstCash, peak - equity[i]);
            squares += drawdown * 100 * (drawdown * 100);
            bool ends = isPeak || i == equity.Length - 1;
            if (ends && i > peakAt + 1) // a drawdown holds at least one bar between its ends
            {
                count++;
                depths += depth;
                total += times[i] - times[peakAt];
                longest = Math.Max(longest, times[i] - times[peakAt]);
            }

            if (isPeak)
                (peak, peakAt, depth) = (equity[i], i, 0);
        }

        return statistics with
        {
            UlcerIndex = Math.Sqrt(squares / equity.Length),
            RecoveryFactor = worstCash > 0 ? (equity[^1] - equity[0]) / worstCash : null,
            AverageDrawdownPercent = count > 0 ? depths / count * 100 : null,
            MaxDrawdownDuration = count > 0 ? TimeSpan.FromMilliseconds(longest) : null,
            AverageDrawdownDuration = count > 0 ? TimeSpan.FromMilliseconds((double)total / count) : null,
        };
    }
}
