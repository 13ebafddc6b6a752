using Runnel.Backtesting;

namespace Runnel.Trading.Tests.Optimization;

public sealed class TrialRunnersTests
{
    private const long SeriesBytes = Bars * sizeof(double);
    private const int Bars = 100;
    private static readonly double[] Closes = [.. Enumerable.Range(0, Bars).Select(i => 100.0 + i % 7)];
    private readonly Klines klines = new(
        "X", [.. Enumerable.Range(0, Bars).Select(i => 3_600_000L * i)], Closes, [.. Closes.Select(c => c + 1)], [.. Closes.Select(c => c - 1)], Closes, Closes);

    [Fact]
    public void A_second_optimization_of_the_same_klines_finds_the_indicators_of_the_first()
    {
        TrialRunners runners = new();
        TrialRunner first;
        using (TrialRunners.Lease lease = runners.Rent("klines", klines, 0, Bars, new BacktestSettings()))
        {
            first = lease.Runner;
            Run(first, 5, 10);
        }

        using TrialRunners.Lease second = runners.Rent("klines", klines, 0, Bars, new BacktestSettings());

        Assert.Same(first, second.Runner);
        Assert.Equal(2 * SeriesBytes, second.Runner.IndicatorBytes);
    }

    [Theory]
    [InlineData("others", 0, 0)]
    [InlineData("klines", 1, 0)]
    [InlineData("klines", 0, 0.001)]
    public void Other_klines_another_stretch_or_another_broker_have_a_runner_of_their_own(string fingerprint, int first, double commission)
    {
        TrialRunners runners = new();
        using TrialRunners.Lease usual = runners.Rent("klines", klines, 0, Bars - 1, new BacktestSettings());

        using TrialRunners.Lease other = runners.Rent(fingerprint, klines, first, Bars - 1, new BacktestSettings { Commission = commission });

        Assert.NotSame(usual.Runner, other.Runner);
    }

    [Fact]
    public void The_least_recently_used_goes_when_all_hold_too_much_but_never_one_in_use()
    {
        TrialRunners runners = new(mostBytes: 5 * SeriesBytes);
        TrialRunners.Lease held = runners.Rent("held", klines, 0, Bars, new BacktestSettings());
        GridRow before = Run(held.Runner, 5, 10);
        Use(runners, "old");
        Use(runners, "new");

        Assert.Equal(2, runners.Count);
        Assert.Equal(before.Statistics, Run(held.Runner, 5, 10).Statistics);
        using TrialRunners.Lease kept = runners.Rent("new", klines, 0, Bars, new BacktestSettings());
        Assert.Equal(2 * SeriesBytes, kept.Runner.IndicatorBytes);
        held.Dispose();
    }

    [Fact]
    public void Runners_that_hold_no_indicators_are_bounded_in_number()
    {
        TrialRunners runners = new();
        for (int i = 0; i < 50; i++)
            runners.Rent($"{i}", klines, 0, Bars, new BacktestSettings()).Dispose();

        Assert.Equal(8, runners.Count);
    }

    private void Use(TrialRunners runners, string fingerprint)
    {
        using TrialRunners.Lease lease = runners.Rent(fingerprint, klines, 0, Bars, new BacktestSettings());
        Run(lease.Runner, 5, 10);
    }

    private static GridRow Run(TrialRunner runner, int fast, int slow) =>
        runner.Run(Strategies.Create("sma_cross", new Dictionary<string, double> { ["fast"] = fast, ["slow"] = slow }));
}
