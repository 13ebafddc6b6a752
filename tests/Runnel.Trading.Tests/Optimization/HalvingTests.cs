using System.Text.Json;
using Parquet;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Optimization;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

public sealed class HalvingTests(RedisFixture redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("halving")]
    [InlineData("hyperband")]
    public async Task Trials_run_on_the_end_of_the_range_and_only_those_on_all_of_it_are_ranked(string type)
    {
        Dictionary<string, object> payload = Payload(type);
        using TemporaryFolder folder = new();
        TradingOptions options = new() { DataFolder = folder.Path, AllowBybit = false, AllowSynthetic = true };

        OptimizationReply reply = await OptimizationPayloads.RunAsync(folder, payload);
        List<StoredTrial> stored = [];
        await foreach (StoredTrial trial in new OptimizationArchive(options).ReadAsync("o", Token))
            stored.Add(trial);

        Klines klines = (await new SyntheticMarket(7, new KlineCache()).LoadAsync(
            new KlineRequest { Symbol = "BTCUSDT", Interval = KlineInterval.OneHour, From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Token)).Klines;
        BacktestSettings settings = new() { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001, Size = OrderSize.Fraction(0.95), Lot = 0.001 };
        ParameterSpace space = SpaceReader.Read(JsonSerializer.SerializeToElement(OptimizationPayloads.Ranges), JsonElement.Parse("\"fast < slow\""));
        HalvingSampler sampler = type == "halving" ? HalvingSampler.SuccessiveHalving(space, 54, 1.0 / 9, 3, seed: 5) : HalvingSampler.Hyperband(space, 1.0 / 9, 3, seed: 5);
        List<(long Trial, double Budget, double? Value)> expected = [];
        while (expected.Count < sampler.Count)
        {
            IReadOnlyList<Trial> asked = sampler.Ask(int.MaxValue);
            double?[] values = [.. asked.Select(t =>
            {
                int bars = (int)Math.Ceiling(klines.Count * t.Budget - 1e-9);
                Dictionary<string, double> parameters = new() { ["fast"] = space.Parameters[0].Value(t.Point.Numbers[0]).Number, ["slow"] = space.Parameters[1].Value(t.Point.Numbers[1]).Number };
                return Backtest.RunStatistics(klines.Slice(klines.Count - bars, bars), Strategies.Find("sma_cross").Create(parameters), settings, Token).Sharpe;
            })];
            expected.AddRange(asked.Select((t, i) => ((long)t.Number, t.Budget, values[i])));
            sampler.Tell([.. asked.Select((t, i) => new TrialResult(t.Number, values[i] ?? double.NaN))]);
        }

        Assert.Equal(type == "halving" ? 54 + 18 + 6 : 9 + 3 + 1 + 5 + 1 + 3, reply.Trials!.Completed); // ceil(9), ceil(3 / 2 * 3), 3 points start the three brackets
        Assert.Equal(expected, stored.Select(t => (t.Trial, t.Budget, t.Value)));
        Assert.Equal(
            expected.Where(t => t.Budget == 1 && t.Value is not null).OrderByDescending(t => t.Value).ThenBy(t => t.Trial).Select(t => (t.Trial, t.Value)),
            reply.Top!.Select(t => (t.Trial, t.Value)));
        int whole = expected.Count(t => t.Budget == 1);
        Assert.Equal(whole, reply.Guards!.Trials);
        Assert.Contains($"The guards know the {whole} trials on the whole range alone. They were chosen by {expected.Count - whole} on the ends of it", reply.Warnings![^1], StringComparison.Ordinal);

        using MemoryStream parquet = new();
        await new OptimizationArchive(options).WriteParquetAsync("o", parquet, Token);
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(parquet.ToArray()), cancellationToken: Token);
        Assert.Equal("budget", reader.Schema.DataFields[^1].Name);
    }

    [Theory]
    [InlineData("halving")]
    [InlineData("hyperband")]
    public async Task The_answer_is_the_same_with_one_slot_with_many_and_without_a_queue(string type)
    {
        Dictionary<string, object> payload = Payload(type);
        using TemporaryFolder folder = new();
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload), local = await OptimizationPayloads.RunAsync(folder, payload, threads: 3);

        Assert.NotNull(left.Best);
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(local with { Run = null }));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_between_two_rungs_goes_on_where_it_was()
    {
        Dictionary<string, object> payload = Payload("halving");
        payload["n_trials"] = 2_000;
        using TemporaryFolder folder = new(), undisturbed = new();
        OptimizationReply expected = await OptimizationPayloads.RunAsync(undisturbed, payload);
        long[] interruptions = [1, 1_500, 2_100]; // of 2,000 + 666 + 222: the step that plans a rung tells that the one before is done
        List<long> seen = [];
        foreach (long at in interruptions)
            seen.Add(await OptimizationPayloads.InterruptAsync(folder, payload, at));

        OptimizationReply reply = await OptimizationPayloads.RunAsync(folder, payload);

        Assert.Equal(seen.Order(), seen);
        Assert.Equal(JsonSerializer.Serialize(expected with { Run = null }), JsonSerializer.Serialize(reply with { Run = null }));
    }

    [Theory]
    [InlineData("halving", "n_trials", 1, "n_trials is 1. Give a whole number from 2")]
    [InlineData("halving", "first_budget", 1, "first_budget is 1. Give the fraction of the range")]
    [InlineData("halving", "first_budget", 0.0001, "first_budget is 0.0001, which of 8784 bars is 1. Give more, or search a longer range")]
    [InlineData("halving", "reduction_factor", 1, "reduction_factor is 1. Give a whole number from 2 to 100")]
    [InlineData("halving", "patience", 5, "patience does not go with halving, whose rungs say how many trials there are")]
    [InlineData("halving", "max_trials", 5, "max_trials does not go with halving: only its last trials run on the whole range")]
    [InlineData("hyperband", "n_trials", 50, "n_trials does not go with hyperband, whose trials follow from first_budget and reduction_factor")]
    [InlineData("cma_es", "batch_size", 2, "batch_size is 2. Give a whole number of at least 4")]
    public async Task Says_what_is_wrong(string type, string field, double value, string said)
    {
        string error = await OptimizationPayloads.RefusalAsync(OptimizationPayloads.Of(type, OptimizationPayloads.Ranges), field, value);

        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    private static Dictionary<string, object> Payload(string type)
    {
        Dictionary<string, object> payload = OptimizationPayloads.Of(type, OptimizationPayloads.Ranges);
        (payload["constraints"], payload["seed"], payload["first_budget"]) = ("fast < slow", 5, 1.0 / 9);
        if (type == "halving")
            payload["n_trials"] = 54;
        return payload;
    }
}
