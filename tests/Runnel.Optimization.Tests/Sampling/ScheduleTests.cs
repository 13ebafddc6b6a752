using Runnel.Backtesting;

namespace Runnel.Optimization.Tests.Sampling;

public sealed class ScheduleTests
{
    private static readonly ParameterSpace Line = new([new FloatParameter("x", 0, 1)]);

    [Fact] // the table of the Hyperband paper for R = 81 and factor 3
    public void Hyperband_has_the_brackets_of_its_paper()
    {
        HalvingSampler sampler = HalvingSampler.Hyperband(Line, 1.0 / 81);

        Assert.Equal([(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)], Bracket(0));
        Assert.Equal([(34, 3), (11, 9), (3, 27), (1, 81)], Bracket(1));
        Assert.Equal([(15, 9), (5, 27), (1, 81)], Bracket(2));
        Assert.Equal([(8, 27), (2, 81)], Bracket(3));
        Assert.Equal([(5, 81)], Bracket(4));

        IEnumerable<(int, int)> Bracket(int index) => sampler.Rungs.Where(r => r.Bracket == index).Select(r => (r.Trials, (int)Math.Round(r.Budget * 81)));
    }

    [Fact]
    public void Halving_runs_the_best_of_each_rung_again_on_a_longer_range_and_then_ends()
    {
        HalvingSampler sampler = HalvingSampler.SuccessiveHalving(Line, 27, direction: Direction.Minimize);
        List<Trial> all = [];
        while (!sampler.IsExhausted)
        {
            IReadOnlyList<Trial> trials = sampler.Ask(100);
            sampler.Tell([.. trials.Select(t => new TrialResult(t.Number, Math.Abs(t.Point.Numbers[0] - 0.3)))]);
            all.AddRange(trials);
        }

        Assert.Equal([27, 9, 3], all.GroupBy(t => t.Budget).Select(g => g.Count()));
        Assert.Equal([1.0 / 9, 1.0 / 3, 1], all.Select(t => t.Budget).Distinct());
        Assert.Equal(all.Take(27).OrderBy(t => Math.Abs(t.Point.Numbers[0] - 0.3)).Take(3).Select(t => t.Point), all[^3..].Select(t => t.Point));
        Assert.Equal(sampler.Count, all.Count);
        Assert.Empty(sampler.Ask(1));
    }

    [Fact]
    public void Patience_ends_at_the_same_trial_whatever_the_order_of_results()
    {
        double[] values = [1, 2, double.NaN, 1.5, 2.05, 2, 2, 3, 9];
        Patience inOrder = new(4, least: 0.1), backwards = new(4, least: 0.1);

        foreach (int i in Enumerable.Range(0, 9))
            inOrder.Tell([new TrialResult(i, values[i])]);
        bool early = backwards.Tell([.. Enumerable.Range(1, 8).Reverse().Select(i => new TrialResult(i, values[i]))]);
        bool late = backwards.Tell([new TrialResult(0, values[0])]);

        Assert.Equal((5, 2.0), (inOrder.StoppedAt, inOrder.Best));
        Assert.Equal((false, true, 5, 2.0), (early, late, backwards.StoppedAt, backwards.Best));
    }

    [Fact]
    public void Patience_goes_on_while_values_improve_and_gives_up_where_all_fail()
    {
        Patience better = new(3, direction: Direction.Minimize), failing = new(3);

        Assert.False(better.Tell([.. Enumerable.Range(0, 50).Select(i => new TrialResult(i, -i))]));
        Assert.True(failing.Tell([.. Enumerable.Range(0, 3).Select(i => new TrialResult(i, double.NaN))]));
        Assert.Equal(2, failing.StoppedAt);
    }

    [Fact]
    public void Folds_test_every_bar_once_and_train_only_beyond_purge_and_embargo()
    {
        IReadOnlyList<PurgedFold> folds = PurgedKFold.Split(1003, folds: 5, purge: 10, embargo: 20);

        Assert.Equal(1003, folds.Sum(f => f.TestLast - f.TestFirst));
        Assert.Equal(folds.Skip(1).Select(f => f.TestFirst), folds.SkipLast(1).Select(f => f.TestLast));
        Assert.Equal([(230, 1003)], folds[0].Train);
        Assert.Equal([(0, 391), (631, 1003)], folds[2].Train);
        Assert.Equal([(0, 792)], folds[4].Train);
        Assert.Equal("purge", Assert.Throws<BacktestInputException>(() => PurgedKFold.Split(100, 2, 50)).Field);
    }

    [Fact]
    public void The_front_holds_what_nothing_beats_and_no_failure()
    {
        TrialResult[] results = [new(0, 1, 5), new(1, 2, 4), new(2, 2, 3), new(3, 3, double.NaN), new(4, 1, 5), new(5, 0, 4.9)];

        Assert.Equal([0, 1, 4], ParetoFront.Of(results, [Direction.Maximize, Direction.Maximize]).Select(r => r.Number));
        Assert.Equal([2], ParetoFront.Of(results, [Direction.Maximize, Direction.Minimize]).Select(r => r.Number));
        Assert.Equal((4 - 1) * (4 - 3) + (4 - 2) * (3 - 1), ParetoFront.Hypervolume([(1, 3), (2, 1), (2, 2), (9, 0)], (4, 4)));
    }
}
