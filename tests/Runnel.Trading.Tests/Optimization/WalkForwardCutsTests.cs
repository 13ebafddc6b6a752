using Runnel.Backtesting;

namespace Runnel.Trading.Tests.Optimization;

public sealed class WalkForwardCutsTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void Windows_in_days_are_cut_by_time_so_a_hole_shifts_none_behind_it()
    {
        Klines whole = Hours(Enumerable.Range(0, 240)), holed = Hours(Enumerable.Range(0, 240).Where(h => h is < 30 or >= 40));
        WalkForwardSizes sizes = new(4, 2, 1, InBars: false, Anchored: false);

        List<WindowCut> cuts = WalkForwardCuts.Of(whole, sizes), withHole = WalkForwardCuts.Of(holed, sizes);

        Assert.Equal([(0, 96, 144), (24, 120, 168), (48, 144, 192), (72, 168, 216), (96, 192, 240)], cuts.Select(Bars));
        Assert.Equal(cuts.Select(c => whole.OpenTimes[c.TestFirst]), withHole.Select(c => holed.OpenTimes[c.TestFirst]));
    }

    [Fact]
    public void Anchored_windows_in_bars_begin_at_the_first_bar() => Assert.Equal(
        [(0, 100, 150), (0, 150, 200)], WalkForwardCuts.Of(Hours(Enumerable.Range(0, 240)), new(100, 50, 50, InBars: true, Anchored: true)).Select(Bars));

    [Fact]
    public void What_is_searched_ends_where_the_test_begins() => Assert.All(
        WalkForwardCuts.Of(Hours(Enumerable.Range(0, 240)), new(4, 2, 1, InBars: false, Anchored: false)), cut => Assert.Equal(cut.TestFirst, Assert.Single(cut.Train).Last));

    [Fact]
    public void Klines_too_short_for_one_window_are_refused_with_their_length()
    {
        PayloadException error = Assert.Throws<PayloadException>(() => WalkForwardCuts.Of(Hours(Enumerable.Range(0, 240)), new(9, 2, 1, InBars: false, Anchored: false)));

        Assert.Contains("train_size 9 and test_size 2 days do not fit the klines, which are 10 days", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stitched_equity_hands_on_what_each_test_left()
    {
        StitchedEquity equity = new(100);
        equity.Add([0, 24 * Hour], [100, 110]);
        equity.Add([48 * Hour, 72 * Hour], null);
        equity.Add([96 * Hour, 120 * Hour], [100, 50]);

        Assert.Equal([100, 110, 110, 110, 110, 55], equity.Values.Select(v => Math.Round(v, 9)));
        Assert.Equal(-45, equity.ReturnPercent, 9);
        Assert.Equal(50, equity.MaxDrawdownPercent, 9);
        double[] returns = [0.1, 0, 0, 0, -0.5];
        Assert.Equal(Overfitting.SharpePerReturn(returns) * Math.Sqrt(365), StitchedEquity.Sharpe(equity.DailyReturns(), 365)!.Value, 9);
    }

    private static (int TrainFirst, int TestFirst, int TestLast) Bars(WindowCut cut) => (cut.Train[0].First, cut.TestFirst, cut.TestLast);

    private static Klines Hours(IEnumerable<int> hours)
    {
        long[] times = [.. hours.Select(h => h * Hour)];
        double[] ones = [.. times.Select(_ => 1.0)];
        return new Klines("X", times, ones, ones, ones, ones, ones);
    }
}
