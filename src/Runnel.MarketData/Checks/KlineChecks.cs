using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Looks for bars that a person should look at. Order, doubles and the consistency of prices are not among them: no series without these exists.</summary>
public static class KlineChecks
{
    private const int Block = 500;
    private const double TimesTypical = 20;

    /// <summary>Bars whose range or jump is more than 20 times what is typical around them: a spike of bad data, or a day to remember. They are reported
    /// and never changed.</summary>
    /// <param name="klines">The bars.</param>
    /// <returns>In order of time; none where nothing stands out.</returns>
    /// <remarks>Range is ln(high / low), jump |ln(open / close before)|; typical is the median range within blocks of 500 bars. A block whose median is 0
    /// (a market that hardly trades) has no outliers.</remarks>
    public static IReadOnlyList<KlineOutlier> FindOutliers(Klines klines)
    {
        List<KlineOutlier> found = [];
        double[] ranges = new double[Block];
        for (int start = 0; start < klines.Count; start += Block)
        {
            int count = Math.Min(Block, klines.Count - start);
            for (int i = 0; i < count; i++)
                ranges[i] = Math.Log(klines.High[start + i] / klines.Low[start + i]);
            double typical = ranges.Take(count).Order().ElementAt(count / 2);
            if (typical <= 0)
                continue;
            for (int i = 0; i < count; i++)
            {
                int bar = start + i;
                double jump = bar == 0 ? 0 : Math.Abs(Math.Log(klines.Open[bar] / klines.Close[bar - 1]));
                double times = Math.Max(ranges[i], jump) / typical;
                if (times > TimesTypical)
                    found.Add(new KlineOutlier(DateTimeOffset.FromUnixTimeMilliseconds(klines.OpenTimes[bar]), times));
            }
        }

        return found;
    }
}
