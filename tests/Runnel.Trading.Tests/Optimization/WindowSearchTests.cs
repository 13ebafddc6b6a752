using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Optimization;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

/// <summary>Methods that learn from results, within the windows of walk-forward and k-fold.</summary>
public sealed class WindowSearchTests(RedisFixture redis)
{
    private static readonly BacktestSettings Settings = new() { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001, Size = OrderSize.Fraction(0.95), Lot = 0.001 };
    private static readonly ParameterSpace Space = SpaceReader.Read(JsonSerializer.SerializeToElement(OptimizationPayloads.Ranges), JsonElement.Parse("\"fast < slow\""));

    public static TheoryData<string, string> Methods => [.. new MatrixTheoryData<string, string>(["walk_forward", "k_fold"], ["bayesian", "cma_es", "genetic", "halving", "hyperband"]).Select(row => row.Data)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Each_window_is_searched_as_by_itself_and_the_answer_is_the_same_with_one_slot_with_many_and_without_a_queue(string type, string search)
    {
        Dictionary<string, object> payload = Payload(type, search);
        using TemporaryFolder folder = new();
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload), local = await OptimizationPayloads.RunAsync(folder, payload, threads: 3);
        List<StoredTrial> stored = await StoredAsync(folder);

        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(local with { Run = null }));
        Assert.Equal(type == "k_fold" ? 3 : 7, left.Windows!.Count);
        Klines klines = await KlinesAsync();
        for (int i = 0; i < left.Windows.Count; i++)
        {
            List<(long Trial, double Budget, double? Value)> expected = Searched(klines, left.Windows[i], search);
            Assert.Equal(expected, stored.Where(t => t.Window == i).Select(t => (t.Trial, t.Budget, t.Value)));
            (long trial, _, double? value) = expected.Where(t => t.Budget == 1 && t.Value is not null).OrderByDescending(t => t.Value).ThenBy(t => t.Trial).First();
            Assert.Equal((trial, value), (left.Windows[i].Best!.Trial, left.Windows[i].Best!.Value));
            Assert.Equal(expected.Count, left.Windows[i].Trials);
        }

        Assert.Equal(stored.Count, left.Trials!.Total);
    }

    [Fact]
    public async Task Patience_ends_each_window_by_itself()
    {
        foreach (string search in (string[])["grid", "random", "bayesian", "genetic"])
        {
            Dictionary<string, object> payload = Payload("walk_forward", search);
            if (search == "grid")
                (payload["param_space"], payload["constraints"]) = (new { fast = Enumerable.Range(2, 12), slow = Enumerable.Range(10, 12) }, Array.Empty<string>());
            else
                payload["n_trials"] = 120;
            using TemporaryFolder whole = new(), folder = new();
            await OptimizationPayloads.RunAsync(whole, payload);
            List<StoredTrial> all = await StoredAsync(whole);
            payload["patience"] = 30;
            await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
            await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

            OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload), local = await OptimizationPayloads.RunAsync(folder, payload, threads: 3);

            Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
            Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(local with { Run = null }));
            List<StoredTrial> expected = [.. all.GroupBy(t => t.Window).SelectMany(window => UntilPatienceEnds([.. window], 30))];
            Assert.Equal(expected.Select(t => (t.Window, t.Trial, t.Value)), (await StoredAsync(folder)).Select(t => (t.Window, t.Trial, t.Value)));
            Assert.Equal(expected.GroupBy(t => t.Window).Select(w => (long)w.Count()), left.Windows!.Select(w => w.Trials));
            int ended = expected.GroupBy(t => t.Window).Count(w => w.Count() < all.Count / 7);
            Assert.InRange(ended, 1, 7);
            Assert.Equal(
                $"Ended after {expected.Count} of {all.Count} trials: no trial improved on the best for 30 trials in a row in {ended} of 7 windows (patience).", left.Stopped!.Reason);
        }
    }

    [Theory]
    [InlineData("bayesian")]
    [InlineData("hyperband")]
    public async Task A_run_that_was_interrupted_again_and_again_goes_on_where_it_was(string search)
    {
        Dictionary<string, object> payload = Payload("walk_forward", search);
        using TemporaryFolder folder = new(), undisturbed = new();
        OptimizationReply expected = await OptimizationPayloads.RunAsync(undisturbed, payload);
        List<long> seen = [];
        for (int round = 1; round <= 4; round++)
            seen.Add(await OptimizationPayloads.InterruptAsync(folder, payload, expected.Trials!.Total * round / 6));

        OptimizationReply reply = await OptimizationPayloads.RunAsync(folder, payload);

        Assert.Equal(seen.Order(), seen);
        Assert.Equal(JsonSerializer.Serialize(expected with { Run = null }), JsonSerializer.Serialize(reply with { Run = null }));
    }

    [Theory]
    [InlineData("halving", "patience", 5, "patience does not go with halving")]
    [InlineData("hyperband", "max_trials", 5, "max_trials does not go with hyperband")]
    [InlineData("hyperband", "n_trials", 5, "n_trials does not go with hyperband")]
    [InlineData("halving", "first_budget", 0.0002, "first_budget is 0.0002, which of 2880 bars is 1. Give more, or search a longer range")]
    [InlineData("cma_es", "batch_size", 2, "batch_size is 2. Give a whole number of at least 4")]
    [InlineData("random", "batch_size", 2, "batch_size is not known")]
    public async Task Says_what_is_wrong(string search, string field, double value, string said)
    {
        string error = await OptimizationPayloads.RefusalAsync(Payload("walk_forward", search), field, value);

        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    // As the samplers' own documentation has it: all trials that may be asked for, then their results.
    private static List<(long Trial, double Budget, double? Value)> Searched(Klines klines, OptimizationWindow window, string search)
    {
        int At(DateTimeOffset time) => klines.OpenTimes.BinarySearch(time.ToUnixTimeMilliseconds());
        (int First, int Last)[] train = window.Train is { } stretches ? [.. stretches.Select(s => (At(s.From), At(s.To) + 1))] : [(At(window.TrainFrom), At(window.TestFrom))];
        Sampler sampler = search switch
        {
            "bayesian" => new TpeSampler(Space, new TpeOptions { Seed = 5 }),
            "cma_es" => new CmaEsSampler(Space, new CmaEsOptions { Seed = 5 }),
            "genetic" => new GeneticSampler(Space, new GeneticOptions { Seed = 5 }),
            "halving" => HalvingSampler.SuccessiveHalving(Space, 27, 1.0 / 9, 3, seed: 5),
            _ => HalvingSampler.Hyperband(Space, 1.0 / 9, 3, seed: 5),
        };
        int most = sampler is HalvingSampler rungs ? rungs.Count : 60;
        List<(long Trial, double Budget, double? Value)> trials = [];
        while (trials.Count < most)
        {
            foreach (Trial trial in sampler.Ask(most - trials.Count))
            {
                double? value = Sharpe(klines, train, trial);
                trials.Add((trial.Number, trial.Budget, value));
                sampler.Tell([new TrialResult(trial.Number, value ?? double.NaN)]);
            }
        }

        return trials;
    }

    private static double? Sharpe(Klines klines, (int First, int Last)[] train, Trial trial)
    {
        int left = (int)Math.Ceiling(train.Sum(t => t.Last - t.First) * trial.Budget - 1e-9);
        List<TrialRunner> runners = [];
        foreach ((int first, int last) in train.Reverse())
        {
            int bars = Math.Min(left, last - first);
            left -= bars;
            if (bars > 0)
                runners.Insert(0, new TrialRunner(klines.Slice(last - bars, bars), Settings));
        }

        Dictionary<string, double> parameters = Space.Parameters.Select((p, i) => (p.Name, p.Value(trial.Point.Numbers[i]).Number)).ToDictionary();
        GridRow row = TrialRunner.RunInTurn(runners, Strategies.Find("sma_cross").Create(parameters), cancellationToken: Token);
        runners.ForEach(runner => runner.Dispose());
        return row.Statistics.Sharpe;
    }

    private static IEnumerable<StoredTrial> UntilPatienceEnds(StoredTrial[] trials, int patience)
    {
        Patience watch = new(patience);
        int ran = 0;
        foreach (StoredTrial trial in trials)
        {
            yield return trial;
            if (trial.Status != TrialStatus.Skipped && watch.Tell([new TrialResult(ran++, trial.Value ?? double.NaN)]))
                yield break;
        }
    }

    private static async Task<Klines> KlinesAsync() => (await new SyntheticMarket(7, new KlineCache()).LoadAsync(
        new KlineRequest { Symbol = "BTCUSDT", Interval = KlineInterval.OneHour, From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Token)).Klines;

    private static async Task<List<StoredTrial>> StoredAsync(TemporaryFolder folder)
    {
        List<StoredTrial> stored = [];
        await foreach (StoredTrial trial in new OptimizationArchive(OptimizationPayloads.Options(folder)).ReadAsync("o", Token))
            stored.Add(trial);
        return stored;
    }

    private static Dictionary<string, object> Payload(string type, string search)
    {
        Dictionary<string, object> payload = OptimizationPayloads.Of(type, OptimizationPayloads.Ranges);
        (payload["search"], payload["constraints"]) = (search, "fast < slow");
        if (search != "grid")
            payload["seed"] = 5;
        if (type == "k_fold")
            payload["folds"] = 3;
        if (search is "halving" or "hyperband")
            payload["first_budget"] = 1.0 / 9;
        if (search is not ("grid" or "hyperband"))
            payload["n_trials"] = search == "halving" ? 27 : 60;
        return payload;
    }
}
