using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Cuts klines into the folds of a k-fold optimization.</summary>
internal static class FoldCuts
{
    private const double UsualEmbargo = 0.01; // of all bars
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>The folds in order of time. Lengths in days are rounded up to whole bars, so that a hole in the klines makes a gap longer and never shorter.</summary>
    /// <exception cref="PayloadException">The klines are too short for so many folds, or the gaps leave nothing to search.</exception>
    public static List<WindowCut> Of(Klines klines, FoldSizes sizes, KlineInterval interval)
    {
        int bars = klines.Count;
        if (bars < sizes.Folds * 2)
            throw new PayloadException("folds", $"folds is {sizes.Folds}, and the klines are {bars} bars. Give fewer folds, or a longer range.");
        int purge = BarsOf(sizes.Purge, sizes.Unit, bars, interval);
        int embargo = sizes.Embargo is { } given ? BarsOf(given, sizes.Unit, bars, interval) : BarsOf(UsualEmbargo, FoldUnit.Fraction, bars, interval);
        try
        {
            return [.. PurgedKFold.Split(bars, sizes.Folds, purge, embargo).Select(fold => new WindowCut(fold.Train, fold.TestFirst, fold.TestLast))];
        }
        catch (BacktestInputException e)
        {
            throw new PayloadException("purge", $"purge comes to {purge} bars and embargo to {embargo}. {e.Remedy}");
        }
    }

    private static int BarsOf(double length, FoldUnit unit, int bars, KlineInterval interval)
    {
        double count = unit switch
        {
            FoldUnit.Bars => length,
            FoldUnit.Days => TimeSpan.FromDays(1) / (interval.Length ?? Month) * length,
            _ => bars * length,
        };
        return (int)Math.Min(Math.Ceiling(count - 1e-9), bars); // 0.01 of 100 bars is one bar, whatever the rounding of the product
    }
}
