using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>Durations of drawdowns when each starts at the first bar of the stretch that lies at the peak.</summary>
/// <remarks>While flat, equity stays at its peak; ours to the last bit, so that the drawdown starts with the last such bar.
/// backtesting.py adds a closed trade up in other units and may fall short of the marked peak by one bit, so that there it starts
/// with the first. Either is a rounding tie and no more: a case may lie anywhere between the two.</remarks>
internal static class DrawdownDurations
{
    private const double Tie = 1e-12;

    public static (TimeSpan Longest, TimeSpan Mean)? FromFirstPeak(Klines klines, IReadOnlyList<double> equity)
    {
        double peak = equity[0];
        int first = 0, last = 0, count = 0;
        long longest = 0, total = 0;
        for (int i = 0; i < equity.Count; i++)
        {
            bool isPeak = equity[i] >= peak;
            if ((isPeak || i == equity.Count - 1) && i > last + 1)
            {
                long duration = klines.OpenTimes[i] - klines.OpenTimes[first];
                (count, total, longest) = (count + 1, total + duration, Math.Max(longest, duration));
            }

            if (!isPeak)
                continue;
            if (equity[i] > peak * (1 + Tie) || i > last + 1)
                first = i;
            (peak, last) = (equity[i], i);
        }

        return count == 0 ? null : (TimeSpan.FromMilliseconds(longest), TimeSpan.FromMilliseconds((double)total / count));
    }
}
