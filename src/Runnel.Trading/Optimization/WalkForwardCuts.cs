using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Cuts klines into the windows of a walk-forward optimization.</summary>
internal static class WalkForwardCuts
{
    private const double DayMilliseconds = 86_400_000;

    /// <summary>All windows whose test part ends within the klines. Lengths in days are cut by time, so a hole in the klines shortens a window
    /// and does not shift those after it; a window one of whose parts has no bar at all is left out.</summary>
    /// <exception cref="PayloadException">Not one window fits.</exception>
    public static List<WindowCut> Of(Klines klines, WalkForwardSizes sizes)
    {
        List<WindowCut> cuts = sizes.InBars ? InBars(klines.Count, sizes) : InDays(klines.OpenTimes, sizes);
        if (cuts.Count > 0)
            return cuts;
        string span = sizes.InBars ? $"{klines.Count} bars" : FormattableString.Invariant($"{(klines.OpenTimes[^1] - klines.OpenTimes[0]) / DayMilliseconds:0.#} days");
        throw new PayloadException("train_size", FormattableString.Invariant($"train_size {sizes.Train} and test_size {sizes.Test} {(sizes.InBars ? "bars" : "days")} do not fit the klines, which are {span}. ")
            + "Give shorter ones, or a longer range.");
    }

    private static List<WindowCut> InBars(int bars, WalkForwardSizes sizes)
    {
        List<WindowCut> cuts = [];
        for (long first = 0; first + (long)sizes.Train + (long)sizes.Test <= bars; first += (long)sizes.Step)
        {
            int test = (int)(first + (long)sizes.Train);
            cuts.Add(new WindowCut([(sizes.Anchored ? 0 : (int)first, test)], test, test + (int)sizes.Test));
        }

        return cuts;
    }

    private static List<WindowCut> InDays(ReadOnlySpan<long> times, WalkForwardSizes sizes)
    {
        List<WindowCut> cuts = [];
        long end = times.Length > 1 ? times[^1] + (times[^1] - times[^2]) : times[^1]; // the last bar's close
        for (int i = 0; ; i++)
        {
            double from = times[0] + i * sizes.Step * DayMilliseconds;
            double test = from + sizes.Train * DayMilliseconds, last = test + sizes.Test * DayMilliseconds;
            if (last > end)
                return cuts;
            int trainFirst = sizes.Anchored ? 0 : LowerBound(times, from), testFirst = LowerBound(times, test), testLast = LowerBound(times, last);
            if (trainFirst < testFirst && testFirst < testLast)
                cuts.Add(new WindowCut([(trainFirst, testFirst)], testFirst, testLast));
        }
    }

    private static int LowerBound(ReadOnlySpan<long> times, double at)
    {
        int found = times.BinarySearch((long)Math.Ceiling(at));
        return found < 0 ? ~found : found;
    }
}
