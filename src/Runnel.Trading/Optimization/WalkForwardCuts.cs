using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>One window in bars of the whole: [TrainFirst, TestFirst) is searched, [TestFirst, TestLast) is tested.</summary>
internal readonly record struct WalkForwardCut(int TrainFirst, int TestFirst, int TestLast);

/// <summary>Cuts klines into the windows of a walk-forward optimization.</summary>
internal static class WalkForwardCuts
{
    private const double DayMilliseconds = 86_400_000;

    /// <summary>All windows whose test part ends within the klines. Lengths in days are cut by time, so a hole in the klines shortens a window
    /// and does not shift those after it; a window one of whose parts has no bar at all is left out.</summary>
    /// <exception cref="PayloadException">Not one window fits.</exception>
    public static List<WalkForwardCut> Of(Klines klines, WalkForwardSizes sizes)
    {
        List<WalkForwardCut> cuts = sizes.InBars ? InBars(klines.Count, sizes) : InDays(klines.OpenTimes, sizes);
        if (cuts.Count > 0)
            return cuts;
        string span = sizes.InBars ? $"{klines.Count} bars" : FormattableString.Invariant($"{(klines.OpenTimes[^1] - klines.OpenTimes[0]) / DayMilliseconds:0.#} days");
        throw new PayloadException("train_size", FormattableString.Invariant($"train_size {sizes.Train} and test_size {sizes.Test} {(sizes.InBars ? "bars" : "days")} do not fit the klines, which are {span}. ")
            + "Give shorter ones, or a longer range.");
    }

    private static List<WalkForwardCut> InBars(int bars, WalkForwardSizes sizes)
    {
        List<WalkForwardCut> cuts = [];
        for (long first = 0; first + (long)sizes.Train + (long)sizes.Test <= bars; first += (long)sizes.Step)
            cuts.Add(new WalkForwardCut(sizes.Anchored ? 0 : (int)first, (int)(first + (long)sizes.Train), (int)(first + (long)sizes.Train + (long)sizes.Test)));
        return cuts;
    }

    private static List<WalkForwardCut> InDays(ReadOnlySpan<long> times, WalkForwardSizes sizes)
    {
        List<WalkForwardCut> cuts = [];
        long end = times.Length > 1 ? times[^1] + (times[^1] - times[^2]) : times[^1]; // the last bar's close
        for (int i = 0; ; i++)
        {
            double from = times[0] + i * sizes.Step * DayMilliseconds;
            double test = from + sizes.Train * DayMilliseconds, last = test + sizes.Test * DayMilliseconds;
            if (last > end)
                return cuts;
            WalkForwardCut cut = new(sizes.Anchored ? 0 : LowerBound(times, from), LowerBound(times, test), LowerBound(times, last));
            if (cut.TrainFirst < cut.TestFirst && cut.TestFirst < cut.TestLast)
                cuts.Add(cut);
        }
    }

    private static int LowerBound(ReadOnlySpan<long> times, double at)
    {
        int found = times.BinarySearch((long)Math.Ceiling(at));
        return found < 0 ? ~found : found;
    }
}
