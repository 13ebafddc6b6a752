using Runnel.Backtesting;

namespace Runnel.Optimization.Tests.Sampling;

public sealed class IndexedSamplerTests
{
    private static readonly ParameterSpace Crossing = new([new IntParameter("fast", 1, 9), new IntParameter("slow", 1, 9)], ["fast < slow"]);

    [Fact]
    public void A_grid_asks_for_every_combination_with_the_last_parameter_fastest()
    {
        ParameterSpace space = new([new IntParameter("a", 1, 2), new FloatParameter("b", 0, 1, 0.5), new ChoiceParameter("c", [ParameterValue.Of("x"), ParameterValue.Of("y")])]);

        Point[] points = [.. new GridSampler(space).Ask(100).Select(t => t.Point)];

        Assert.Equal(12, points.Length);
        Assert.Equal([new Point(1, 0, 0), new Point(1, 0, 1), new Point(1, 0.5, 0)], points[..3]);
        Assert.Equal(new Point(2, 1, 1), points[^1]);
    }

    [Fact]
    public void A_grid_leaves_out_what_a_constraint_rules_out_and_can_be_entered_anywhere()
    {
        GridSampler grid = new(Crossing);

        Trial[] all = [.. grid.Ask(1000)];

        Assert.Equal(36, grid.Count);
        Assert.True(grid.IsExhausted);
        Assert.Equal(Enumerable.Range(0, 36), all.Select(t => t.Number));
        Assert.Equal([.. from fast in Enumerable.Range(1, 9) from slow in Enumerable.Range(1, 9) where fast < slow select new Point(fast, slow)], all.Select(t => t.Point));
        Assert.Equal(all.Select(t => t.Point), all.Select(t => grid.At(t.Number)));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.At(36));
    }

    [Fact]
    public void A_grid_finds_its_points_where_whole_stretches_are_ruled_out()
    {
        GridSampler grid = new(new ParameterSpace([new IntParameter("a", 0, 999), new IntParameter("b", 0, 199)], ["a == 500 and b > 190 or a == 999"]));

        Assert.Equal(209, grid.Count);
        Assert.Equal([new Point(500, 191), new Point(500, 199), new Point(999, 0), new Point(999, 199)], new[] { 0, 8, 9, 208 }.Select(grid.At));
    }

    [Fact]
    public void A_grid_does_not_repeat_a_combination_over_values_that_have_no_part()
    {
        ParameterSpace space = new([new ChoiceParameter("exit", [ParameterValue.Of("none"), ParameterValue.Of("stop")]), new IntParameter("stop", 3, 5) { When = "exit == 'stop'" }]);

        Assert.Equal([new Point(0, double.NaN), new Point(1, 3), new Point(1, 4), new Point(1, 5)], new GridSampler(space).Ask(9).Select(t => t.Point));
    }

    [Fact]
    public void A_grid_refuses_a_continuum_too_many_combinations_and_constraints_that_leave_none()
    {
        Assert.Equal("param_space.x.step", Assert.Throws<BacktestInputException>(() => new GridSampler(new([new FloatParameter("x", 0, 1)]))).Field);
        Assert.Equal("param_space", Assert.Throws<BacktestInputException>(() => new GridSampler(new([new IntParameter("x", 0, 99_999), new IntParameter("y", 0, 99_999)]))).Field);
        Assert.Equal("constraints", Assert.Throws<BacktestInputException>(() => new GridSampler(new([new IntParameter("x", 0, 9)], ["x > 9"]))).Field);
    }

    [Fact]
    public void Random_points_meet_the_constraints_and_spread_over_all_that_is_left()
    {
        Point[] points = [.. new RandomSampler(Crossing, seed: 3).Ask(3600).Select(t => t.Point)];

        Assert.All(points, p => Assert.True(p.Numbers[0] < p.Numbers[1]));
        Assert.Equal(36, points.Distinct().Count());
        Assert.All(points.CountBy(p => p), pair => Assert.InRange(pair.Value, 60, 150)); // 100 expected, standard deviation 10
    }

    [Fact]
    public void Random_points_are_those_of_their_seed_and_number_however_they_are_asked_for()
    {
        RandomSampler one = new(Crossing, seed: 3), other = new(Crossing, seed: 3), third = new(Crossing, seed: 4);

        Trial[] whole = [.. one.Ask(50)];
        Trial[] pieces = [.. other.Ask(1), .. other.Ask(30), .. other.Ask(19)];

        Assert.Equal(whole, pieces);
        Assert.Equal(whole[41].Point, one.At(41));
        Assert.NotEqual(whole.Select(t => t.Point), third.Ask(50).Select(t => t.Point));
    }

    [Fact]
    public void Random_points_are_given_up_where_the_constraints_leave_none() => Assert.Equal("constraints",
        Assert.Throws<BacktestInputException>(() => new RandomSampler(new([new FloatParameter("x", 0, 1)], ["x > 1"])).Ask(1)).Field);

    [Fact]
    public void Resumes_with_the_trials_that_have_no_result_and_goes_on_after_them()
    {
        RandomSampler before = new(Crossing, seed: 3), after = new(Crossing, seed: 3);
        Trial[] asked = [.. before.Ask(10)];

        IReadOnlyList<Trial> open = after.Resume(10, [.. asked.Where(t => t.Number is not 4 and not 9).Reverse().Select(t => new TrialResult(t.Number, 1))]);

        Assert.Equal([asked[4], asked[9]], open);
        Assert.Equal(before.Ask(5), after.Ask(5));
        Assert.Throws<InvalidOperationException>(() => new GridSampler(Crossing).Resume(37, []));
        Assert.Throws<ArgumentException>(() => after.Tell([new TrialResult(99, 1)]));
    }
}
