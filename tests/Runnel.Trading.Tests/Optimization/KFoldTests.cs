using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

public sealed class KFoldTests(RedisFixture redis)
{
    private const long Hour = 3_600_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_winner_of_each_fold_is_that_of_single_backtests_on_what_lies_before_and_after_its_test()
    {
        int[] fasts = [5, 10, 20, 40], slows = [30, 60, 90];
        Dictionary<string, object> payload = Payload(fasts, slows);
        (payload["metric"], payload["folds"], payload["purge"], payload["embargo"]) = ("total_return", 4, 2, 10);
        using TemporaryFolder folder = new();

        OptimizationReply reply = await OptimizationPayloads.RunAsync(folder, payload);

        Klines klines = (await new SyntheticMarket(7, new KlineCache()).LoadAsync(
            new KlineRequest { Symbol = "BTCUSDT", Interval = KlineInterval.OneHour, From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Token)).Klines;
        BacktestSettings settings = new() { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001, Size = OrderSize.Fraction(0.95), Lot = 0.001 };
        IReadOnlyList<Strategy> pairs = ParameterGrid.Expand("sma_cross", [new("fast", [.. fasts.Select(f => (double)f)]), new("slow", [.. slows.Select(s => (double)s)])]);
        double Growth(Strategy strategy, int first, int last) => last <= first ? 1 : 1 + Backtest.RunStatistics(klines.Slice(first, last - first), strategy, settings).TotalReturnPercent / 100;
        int size = klines.Count / 4;
        double tests = 1, perBarOfTests = 0, perBarOfSearches = 0;
        Assert.Equal((4, 4 * 12), (reply.Windows!.Count, reply.Trials!.Total));
        for (int i = 0; i < 4; i++)
        {
            int first = i * size, last = first + size, before = Math.Max(0, first - 48), after = Math.Min(klines.Count, last + 48 + 240);
            (Strategy best, double growth) = pairs.Select(p => (p, Growth(p, 0, before) * Growth(p, after, klines.Count))).MaxBy(p => p.Item2);
            OptimizationWindow window = reply.Windows[i];
            Assert.Equal(best.Parameters, window.Best!.Params);
            Assert.Equal((growth - 1) * 100, window.Best.Value!.Value, 9);
            Assert.Equal((klines.OpenTimes[first], klines.OpenTimes[last - 1]), (window.TestFrom.ToUnixTimeMilliseconds(), window.TestTo.ToUnixTimeMilliseconds()));
            Assert.Equal(before + klines.Count - after, window.TrainBars);
            Assert.Equal(Growth(best, first, last), 1 + window.TestValue!.Value / 100, 12);
            tests *= Growth(best, first, last);
            perBarOfTests += window.TestValue.Value / size;
            perBarOfSearches += (growth - 1) * 100 / window.TrainBars;
        }

        Assert.Equal((tests - 1) * 100, reply.OutOfSample!.TotalReturnPercent, 9);
        Assert.True(perBarOfSearches > 0);
        Assert.Equal(perBarOfTests / perBarOfSearches, reply.OutOfSample.EfficiencyRatio!.Value, 9);
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("latin_hypercube")]
    public async Task The_answer_is_the_same_with_one_slot_with_many_and_without_a_queue(string search)
    {
        Dictionary<string, object> payload = Payload([2, 5, 10, 20, 40], [30, 60, 90, 120]);
        payload["search"] = search;
        if (search != "grid")
            (payload["param_space"], payload["constraints"], payload["n_trials"], payload["seed"]) = (OptimizationPayloads.Ranges, "fast < slow", 40, 3);
        using TemporaryFolder folder = new();
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload), local = await OptimizationPayloads.RunAsync(folder, payload);

        Assert.Equal((5, "k_fold", search == "grid" ? 100 : 200), (left.Windows!.Count, left.OptimizationType, left.Trials!.Total));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(local with { Run = null }));
        Assert.Equal([1, 2, 2, 2, 1], left.Windows.Select(w => w.Train!.Count));
        Assert.All(left.Windows, w => Assert.Equal(w.TrainBars, w.Train!.Sum(t => t.Bars)));
    }

    [Fact]
    public async Task A_typed_payload_runs_as_the_raw_one_does()
    {
        Dictionary<string, object> payload = Payload([5, 10], [20, 40]);
        (payload["size_unit"], payload["embargo"], payload["folds"]) = ("fraction", 0.02, 3);
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);

        string id = await host.Client.SubmitOptimizationAsync(
            new KFoldPayload
            {
                OptimizationId = "typed",
                StrategyConfig = new StrategyConfig("sma_cross", new Dictionary<string, double>()),
                ParamSpace = new Dictionary<string, SearchRange> { ["fast"] = SearchRange.OneOf(5, 10), ["slow"] = SearchRange.OneOf(20, 40) },
                Symbol = "BTCUSDT",
                Interval = "1h",
                StartDate = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero),
                EndDate = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero),
                Folds = 3,
                Embargo = 0.02,
                SizeUnit = "fraction",
            }, cancellationToken: Token);
        OptimizationReply? typed = await host.Client.WaitForResultAsync<OptimizationReply>(id, TimeSpan.FromSeconds(60), Token);
        OptimizationReply raw = await host.RunAsync(payload);

        Assert.Equal(JsonSerializer.Serialize(raw with { Run = null, OptimizationId = "typed" }), JsonSerializer.Serialize(typed! with { Run = null }));
        Assert.Equal(2, (await host.Client.FindAsync(id, Token))!.MaxRetries);
    }

    [Theory]
    [InlineData(0, null, "Days", 50, 103)] // a hundredth of 250 bars, rounded up
    [InlineData(1, 0.5, "Days", 26, 136)]
    [InlineData(7, 5.0, "Bars", 43, 112)]
    [InlineData(0.02, 0.02, "Fraction", 45, 110)]
    public void Gaps_are_whole_bars_rounded_up(double purge, double? embargo, string unit, int trainLast, int trainFirst)
    {
        WindowCut cut = FoldCuts.Of(Hours(250), new FoldSizes(5, purge, embargo, Enum.Parse<FoldUnit>(unit)), KlineInterval.OneHour)[1];

        Assert.Equal((50, 100), (cut.TestFirst, cut.TestLast));
        Assert.Equal([(0, trainLast), (trainFirst, 250)], cut.Train);
    }

    [Theory]
    [InlineData("folds", 1, "folds is 1. Give a whole number from 2 to 1000")]
    [InlineData("purge", -1, "purge is -1. Give a number of days from 0")]
    [InlineData("size_unit", "weeks", "size_unit is 'weeks'. Give days or bars or fraction")]
    [InlineData("search", "walk_forward", "search is 'walk_forward'. Give grid or random or sobol or latin_hypercube or bayesian or cma_es or genetic or halving or hyperband.")]
    [InlineData("search", "nsga2", "search is 'nsga2', which finds a front of trials and not the one to test. Give grid or random")]
    [InlineData("train_size", 120, "train_size is not known")]
    [InlineData("purge", 200, "purge comes to 4800 bars and embargo to 88. Give less for purge and embargo, or fewer folds")]
    public async Task Says_what_is_wrong(string field, object value, string said)
    {
        Dictionary<string, object> payload = Payload([5, 10], [20, 40]);
        payload[field] = value;
        using TemporaryFolder folder = new();

        PayloadException error = await Assert.ThrowsAsync<PayloadException>(() => OptimizationPayloads.RunAsync(folder, payload));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_bars_for_the_folds_are_refused()
    {
        PayloadException error = Assert.Throws<PayloadException>(() => FoldCuts.Of(Hours(9), new FoldSizes(5, 0, null, FoldUnit.Days), KlineInterval.OneHour));

        Assert.Contains("folds is 5, and the klines are 9 bars. Give fewer folds, or a longer range.", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, object> Payload(int[] fasts, int[] slows) => OptimizationPayloads.Of("k_fold", new { fast = fasts, slow = slows });

    private static Klines Hours(int count)
    {
        double[] ones = [.. Enumerable.Repeat(1.0, count)];
        return new Klines("X", [.. Enumerable.Range(0, count).Select(i => i * Hour)], ones, ones, ones, ones, ones);
    }
}
