using Runnel.Backtesting;
using Runnel.Numerics;
using Runnel.Optimization.Tests.Sampling;

namespace Runnel.Optimization.Tests.Guards;

public sealed class GuardTests
{
    private static double[] Noise(int count, ulong seed, double mean = 0, double memory = 0)
    {
        Xoshiro random = new(seed);
        double[] values = new double[count];
        double last = 0;
        for (int i = 0; i < count; i++)
            values[i] = mean + (last = memory * last + random.NextNormal());
        return values;
    }

    private static double LargestOf(int count, ulong seed) // by the exact distribution: the generator's own normal numbers have short tails
    {
        Xoshiro random = new(seed);
        double largest = 0;
        for (int i = 0; i < count; i++)
            largest = Math.Max(largest, random.NextUniform());
        return Normal.Inverse(largest);
    }

    private static (double Mean, double Error) MeanOf(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length / values.Length));
    }

    [Fact]
    public void The_interval_of_a_mean_of_independent_returns_is_that_of_the_textbook()
    {
        double[] returns = Noise(1000, seed: 3, mean: 0.1);
        (double mean, double error) = MeanOf(returns);

        ConfidenceInterval interval = Bootstrap.Interval(returns, r => r.Average(), 0.95, resamples: 4000, block: 1);

        Assert.Equal(mean, interval.Estimate, 1e-12);
        Assert.Equal(mean - 1.96 * error, interval.Low, 0.1 * error);
        Assert.Equal(mean + 1.96 * error, interval.High, 0.1 * error);
    }

    [Fact]
    public void Blocks_widen_the_interval_where_returns_follow_one_another()
    {
        double[] returns = Noise(4000, seed: 4, memory: 0.7);
        double known = Math.Sqrt((1 + 0.7) / (1 - 0.7)); // standard error of a mean of AR(1) beside that of independent returns

        ConfidenceInterval naive = Bootstrap.Interval(returns, r => r.Average(), block: 1), blocks = Bootstrap.Interval(returns, r => r.Average());

        Assert.Equal(known, (blocks.High - blocks.Low) / (naive.High - naive.Low), 0.4);
    }

    [Fact] // (G / g(0))^(2/3) n^(1/3) with G / g(0) = 2 f / (1 - f^2) for AR(1): Politis and White, section 3
    public void The_block_length_is_that_of_the_theory_for_an_autoregression()
    {
        double theory = Math.Pow(2 * 0.7 / (1 - 0.7 * 0.7), 2.0 / 3) * Math.Pow(10_000, 1.0 / 3);
        double[] lengths = [.. Enumerable.Range(0, 15).Select(seed => Bootstrap.BlockLength(Noise(10_000, (ulong)seed, memory: 0.7)))];

        Assert.Equal(1, Search.Median(lengths) / theory, 0.25);
        Assert.InRange(Search.Median(Enumerable.Range(0, 15).Select(seed => Bootstrap.BlockLength(Noise(10_000, (ulong)seed)))), 1, 6);
        Assert.Equal(1, Bootstrap.BlockLength([0.5, 0.5, 0.5]));
    }

    [Fact]
    public void Every_order_of_trades_comes_equally_often()
    {
        double[] trades = [0.5, -0.2, -0.5];
        double[] known = [Fall(0.5, -0.2, -0.5), Fall(0.5, -0.5, -0.2), Fall(-0.2, 0.5, -0.5), Fall(-0.5, 0.5, -0.2), Fall(-0.2, -0.5, 0.5), Fall(-0.5, -0.2, 0.5)];

        TradeShuffle shuffle = TradeShuffle.Run(trades, orders: 6000);

        Assert.Equal(60, shuffle.ObservedDrawdownPercent, 1e-9);
        Assert.Equal(known.Count(f => f >= 60 - 1e-9) / 6.0, shuffle.ShareAtLeastObserved, 0.03);
        Assert.Equal(known.Min(), shuffle.DrawdownPercent(0), 1e-9);
        Assert.Equal(known.Max(), shuffle.DrawdownPercent(1), 1e-9);
        Assert.Equal((1.5 * 0.8 * 0.5 - 1) * 100, shuffle.ReturnPercent(0.5), 1e-9);
        Assert.Equal(shuffle.ReturnPercent(0), shuffle.ReturnPercent(1), 1e-9);

        static double Fall(double a, double b, double c)
        {
            double[] equity = [1, 1 + a, (1 + a) * (1 + b), (1 + a) * (1 + b) * (1 + c)];
            return (from i in Enumerable.Range(0, 4) from j in Enumerable.Range(i, 4 - i) select 100 * (1 - equity[j] / equity[i])).Max();
        }
    }

    [Fact]
    public void Drawing_trades_with_replacement_spreads_the_return()
    {
        TradeShuffle shuffle = TradeShuffle.Run([.. Noise(200, seed: 2).Select(v => v / 50)], replace: true);

        Assert.True(shuffle.ReturnPercent(0.05) < shuffle.ReturnPercent(0.5) && shuffle.ReturnPercent(0.5) < shuffle.ReturnPercent(0.95));
        Assert.Equal("trades[1]", Assert.Throws<BacktestInputException>(() => TradeShuffle.Run([0.1, -1.1])).Field);
    }

    [Fact]
    public void The_reality_check_of_one_strategy_is_the_one_sided_test_of_its_mean()
    {
        double[] returns = Noise(500, seed: 8);
        (double mean, double error) = MeanOf(returns);
        double[] shifted = [.. returns.Select(r => r - mean + 1.5 * error)];

        Assert.Equal(1 - Normal.Cumulative(1.5), RealityCheck.PValue([shifted], resamples: 8000, block: 1), 0.012);
    }

    [Fact]
    public void The_reality_check_is_not_taken_in_by_the_best_of_a_hundred_without_an_edge()
    {
        double[] best = [.. Enumerable.Range(0, 30).Select(market => Enumerable.Range(0, 100).Select(k => MeanOf(Noise(250, (ulong)(market * 1000 + k)))).Max(m => m.Mean / m.Error))];
        double[] checkedValues = [.. Enumerable.Range(0, 30).Select(market =>
            RealityCheck.PValue([.. Enumerable.Range(0, 100).Select(k => Noise(250, (ulong)(market * 1000 + k)))], resamples: 200, block: 1))];

        Assert.All(best, z => Assert.True(1 - Normal.Cumulative(z) < 0.1)); // each alone looks significant
        Assert.InRange(checkedValues.Count(p => p < 0.1), 0, 7); // 3 expected, 7 is 2.4 standard deviations more
        Assert.InRange(checkedValues.Average(), 0.35, 0.65);
    }

    [Fact]
    public void The_reality_check_finds_an_edge_among_many_without() =>
        Assert.InRange(RealityCheck.PValue([Noise(500, 7777, mean: 0.25), .. Enumerable.Range(0, 50).Select(k => Noise(500, (ulong)k))], resamples: 500), 0, 0.01);

    [Fact]
    public void A_plateau_scores_higher_than_a_peak()
    {
        ParameterSpace space = new([new IntParameter("x", 0, 20), new IntParameter("y", 0, 20)]);
        static double Value(double x, double y) => (x, y) switch
        {
            (3, 3) => 10, // a peak alone
            ( >= 13 and <= 16, >= 13 and <= 16) => 8,
            _ => (x * 7 + y * 3) % 5,
        };
        (Point, double)[] trials = [.. new GridSampler(space).Ask(1000).Select(t => (t.Point, Value(t.Point.Numbers[0], t.Point.Numbers[1])))];

        Neighborhood peak = Neighborhood.Of(space, trials, new Point(3, 3)), plateau = Neighborhood.Of(space, trials, new Point(14, 14));
        Neighborhood corner = Neighborhood.Of(space, trials, new Point(0, 0), radius: 2), low = Neighborhood.Of(space, trials, new Point(14, 14), Direction.Minimize);

        Assert.Equal((8, 8, 8.0, 8.0), (peak.Neighbors, plateau.Neighbors, plateau.Mean, plateau.Worst));
        Assert.InRange(peak.Score, 0.3, 0.7);
        Assert.Equal((441 - 17 + 15 / 2.0) / 440, plateau.Score, 1e-12); // 424 others are worse, 15 as good, one better
        Assert.Equal(8, corner.Neighbors);
        Assert.Equal(1 - plateau.Score, low.Score, 1e-12);
        Assert.Equal(0, Neighborhood.Of(space, [trials[0]], new Point(14, 14)).Neighbors);
    }

    [Fact] // D. H. Bailey and others, Pseudo-Mathematics and Financial Charlatanism: 1.57 after 10 trials of a year; 45 trials for 5 years
    public void Luck_alone_reaches_what_the_paper_says()
    {
        Assert.Equal(1.57, Luck.BestSharpe(10, years: 1), 0.005);
        Assert.Equal(1.57 / 2, Luck.BestSharpe(10, years: 4), 0.003);
        Assert.Equal(5, Luck.MinimumYears(45, sharpe: 1), 0.05);
        Assert.Equal(0, Luck.BestSharpe(1, years: 1));
    }

    [Fact]
    public void The_best_of_many_by_luck_is_the_mean_maximum_of_as_many_normal_numbers()
    {
        double simulated = Enumerable.Range(0, 400).Average(seed => LargestOf(1000, (ulong)seed));

        Assert.Equal(simulated, Luck.BestSharpe(1000, years: 1), 0.06);
    }

    [Theory] // D. H. Bailey and M. Lopez de Prado, The Sharpe Ratio Efficient Frontier: years until 2 exceeds 1 at 95 %
    [InlineData(252, 2.73)]
    [InlineData(52, 2.83)]
    [InlineData(12, 3.24)]
    public void The_minimum_track_record_is_that_of_the_paper(int perYear, double years) =>
        Assert.Equal(years, Luck.MinimumReturns(2 / Math.Sqrt(perYear), 1 / Math.Sqrt(perYear)) / perYear, 0.006);

    [Fact] // D. H. Bailey and M. Lopez de Prado, The Deflated Sharpe Ratio, numerical example: 0.1132 and 0.9004
    public void The_deflated_ratio_from_moments_is_that_of_the_paper()
    {
        double luck = Overfitting.ExpectedBestSharpe(100, 0.5 / 250);

        Assert.Equal(0.1132, luck, 0.00005);
        Assert.Equal(0.9004, Overfitting.ProbabilisticSharpe(2.5 / Math.Sqrt(250), luck, 1250, -3, 10), 0.00005);
        Assert.Equal(double.PositiveInfinity, Luck.MinimumReturns(0.1, 0.2));
    }
}
