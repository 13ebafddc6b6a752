using Runnel.Numerics;

namespace Runnel.Backtesting.Tests;

public sealed class OptimizationTests
{
    private static readonly Klines Market = RandomMarket.Create(bars: 3000, seed: 12);
    private static readonly BacktestSettings Settings = new() { Commission = 0.0005 };

    [Theory] // tabulated: NIST/SEMATECH e-Handbook 1.3.6.7.1, and far tails from W. J. Cody's erfc
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068543)]
    [InlineData(-1.96, 0.0249978951482204)]
    [InlineData(2.5758293035489, 0.995)]
    [InlineData(4, 0.999968328758167)]
    [InlineData(-6, 9.86587645037698e-10)]
    public void Normal_probabilities_are_those_of_the_tables(double x, double probability)
    {
        Assert.Equal(1, Normal.Cumulative(x) / probability, 1e-12);
        Assert.Equal(x, Normal.Inverse(probability), 1e-9);
    }

    [Fact]
    public void Expands_axes_in_order_with_the_last_one_fastest_and_leaves_out_what_cannot_be()
    {
        IReadOnlyList<Strategy> made = ParameterGrid.Expand("sma_cross", [new("fast", [5, 20]), new("slow", [10, 20, 30])], p => p["slow"] != 30 || p["fast"] == 20);

        Assert.Equal([(5, 10), (5, 20), (20, 30)], made.Select(s => (s.Parameters["fast"], s.Parameters["slow"])));
    }

    [Fact]
    public void Refuses_a_space_that_is_wrong_and_names_the_axis()
    {
        Assert.Equal("params.fast", Assert.Throws<BacktestInputException>(() => ParameterGrid.Expand("sma_cross", [new("fast", [-1]), new("slow", [10])])).Field);
        Assert.Equal("space.fast", Assert.Throws<BacktestInputException>(() => ParameterGrid.Expand("sma_cross", [new("fast", []), new("slow", [10])])).Field);
        Assert.Equal("space", Assert.Throws<BacktestInputException>(() => ParameterGrid.Expand("sma_cross", [new("fast", [9]), new("slow", [3])])).Field);
    }

    [Fact]
    public void Gives_the_same_rows_with_any_number_of_threads_and_as_single_runs_do()
    {
        IReadOnlyList<Strategy> strategies = ParameterGrid.Expand("ema_cross", [new("fast", [3, 5, 8]), new("slow", [10, 20, 30, 40])]);

        IReadOnlyList<GridRow> one = GridSearch.Run(Market, strategies, Settings, 1, cancellationToken: TestContext.Current.CancellationToken);
        IReadOnlyList<GridRow> four = GridSearch.Run(Market, strategies, Settings, 4, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(one.Select(r => r.Statistics), four.Select(r => r.Statistics));
        Assert.Equal(one.Select(r => r.Statistics), strategies.Select(
            s => Backtest.RunStatistics(Market, s, Settings, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Stops_a_search_that_is_cancelled_and_names_a_bad_setting_from_any_thread()
    {
        IReadOnlyList<Strategy> strategies = ParameterGrid.Expand("dca_rsi", [new("n", [5, 6, 7, 8])]);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => GridSearch.Run(Market, strategies, Settings, 2, cancellationToken: cancelled.Token));
        Assert.Equal("direction", Assert.Throws<BacktestInputException>(() => GridSearch.Run(
            Market, strategies, Settings with { Direction = TradeDirection.LongShort }, 2, cancellationToken: TestContext.Current.CancellationToken)).Field);
    }

    [Theory]
    [InlineData(false, 0, 100)]
    [InlineData(true, 0, 0)]
    public void Moves_or_grows_the_train_part_and_stops_where_no_test_part_fits(bool anchored, int first, int second)
    {
        WalkForwardPlan plan = new() { Train = 500, Test = 200, Step = 100, Anchored = anchored };

        IReadOnlyList<WalkForwardWindow> windows = WalkForward.Run(Market.Slice(0, 899), ParameterGrid.Expand("sma_cross", [new("fast", [3, 5]), new("slow", [10, 20])]),
            Settings, plan, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([(first, 500, 700), (second, 600, 800)], windows.Select(w => (w.TrainFirst, w.TestFirst, w.TestLast)));
    }

    [Fact]
    public void Refuses_a_plan_of_which_not_one_window_fits()
    {
        WalkForwardPlan plan = new() { Train = 2900, Test = 200, Step = 100 };

        Assert.Equal("train", Assert.Throws<BacktestInputException>(() => WalkForward.Run(Market, [Strategies.Create("sma_cross")], Settings, plan,
            cancellationToken: TestContext.Current.CancellationToken)).Field);
    }

    [Fact]
    public void Finds_no_overfitting_where_one_trial_is_best_at_all_times_and_much_where_luck_turns()
    {
        double[] Noise(int seed, double mean) => [.. Enumerable.Range(0, 80).Select(i => mean + 0.01 * Math.Sin(i * 7.3 + seed))];
        double[] Half(bool first) => [.. Enumerable.Range(0, 80).Select(i => (i < 40 == first ? 0.01 : -0.01) + 0.001 * (i % 2))];

        CrossValidation skill = CrossValidation.Run([Noise(1, 0), Noise(2, 0.01), Noise(3, 0)]);
        CrossValidation luck = CrossValidation.Run([Half(true), Half(false)], blocks: 2);

        Assert.Equal(0, skill.Probability);
        Assert.Equal(70, skill.Logits.Count);
        Assert.Equal(1, luck.Probability);
        Assert.Equal("blocks", Assert.Throws<BacktestInputException>(() => CrossValidation.Run([Noise(1, 0), Noise(2, 0)], 5)).Field);
    }

    [Fact]
    public void Prefers_a_run_that_has_the_figure_and_the_earlier_one_on_a_tie()
    {
        Strategy strategy = Strategies.Create("sma_cross");
        GridRow[] rows = [.. new double?[] { null, 1, 2, 2 }.Select(sharpe => new GridRow(strategy, new BacktestStatistics { Sharpe = sharpe }))];

        Assert.Equal(2, Ranking.Best(rows, Objective.Sharpe));
        Assert.Equal(0, Ranking.Best(rows, Objective.ProfitFactor));
    }
}
