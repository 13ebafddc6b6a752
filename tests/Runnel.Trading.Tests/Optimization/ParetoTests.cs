using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

public sealed class ParetoTests(RedisFixture redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sharpe_ratio", "max_drawdown")]
    [InlineData("total_return", "max_drawdown", "trades")]
    public async Task The_front_holds_every_trial_that_no_other_beats(params string[] metrics)
    {
        Dictionary<string, object> payload = Payload(metrics);
        using TemporaryFolder folder = new();
        TradingOptions options = new() { DataFolder = folder.Path, AllowBybit = false, AllowSynthetic = true };

        OptimizationReply reply = await OptimizationPayloads.RunAsync(folder, payload);
        List<StoredTrial> trials = [];
        await foreach (StoredTrial trial in new OptimizationArchive(options).ReadAsync("o", Token))
            trials.Add(trial);

        bool[] lower = [.. metrics.Select(m => m == "max_drawdown")];
        StoredTrial[] defined = [.. trials.Where(t => t.Values.All(v => v is not null))];
        bool Beats(StoredTrial one, StoredTrial other)
        {
            double[] gains = [.. one.Values.Select((v, i) => (v!.Value - other.Values[i]!.Value) * (lower[i] ? -1 : 1))];
            return gains.All(g => g >= 0) && gains.Any(g => g > 0);
        }

        StoredTrial[] front = [.. defined.Where(t => !Array.Exists(defined, other => Beats(other, t))).OrderByDescending(t => t.Values[0]).ThenBy(t => t.Trial)];
        OptimizationFront found = reply.Front!;
        Assert.Equal(200, trials.Count);
        Assert.InRange(front.Length, 2, 199);
        Assert.Equal(front.Length, found.Size);
        Assert.Equal(front.Select(t => t.Trial), found.Trials.Select(t => t.Trial));
        Assert.All(front.Zip(found.Trials), pair =>
        {
            Assert.Equal(pair.First.Values.Select(v => v!.Value), pair.Second.Values);
            Assert.Equal(pair.First.Params, pair.Second.Params);
        });
        Assert.Equal(lower.Select(l => l ? "minimize" : "maximize"), found.Metrics.Select(m => m.Objective));
        Assert.Equal(trials.Max(t => t.Value), reply.Best!.Value);
        Assert.Equal(found.Trials[0].Values[0], reply.Best.Value);
        Assert.Equal(200, reply.Guards!.Trials);
    }

    [Fact]
    public async Task A_front_of_fewer_generations_lies_behind_that_of_more()
    {
        Dictionary<string, object> payload = Payload("total_return", "max_drawdown");
        using TemporaryFolder folder = new();
        (payload["n_trials"], payload["optimization_id"]) = (40, "first generation");
        OptimizationReply start = await OptimizationPayloads.RunAsync(folder, payload);
        (payload["n_trials"], payload["optimization_id"]) = (400, "ten generations");

        OptimizationReply end = await OptimizationPayloads.RunAsync(folder, payload);

        int beaten = start.Front!.Trials.Count(t => end.Front!.Trials.Any(other => other.Values[0] >= t.Values[0] && other.Values[1] <= t.Values[1]
            && (other.Values[0] > t.Values[0] || other.Values[1] < t.Values[1])));
        Assert.InRange(beaten, start.Front.Trials.Count / 2, start.Front.Trials.Count);
    }

    [Fact]
    public async Task The_answer_is_the_same_with_one_slot_with_many_without_a_queue_and_after_an_interruption()
    {
        Dictionary<string, object> payload = Payload("sharpe_ratio", "max_drawdown");
        using TemporaryFolder folder = new();
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);
        await OptimizationPayloads.InterruptAsync(folder, payload, at: 80);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload), resumed = await OptimizationPayloads.RunAsync(folder, payload);

        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(resumed with { Run = null }));
    }

    [Theory]
    [InlineData("metrics", """["sharpe_ratio"]""", "metrics is [\"sharpe_ratio\"]. Give 2 to 8 statistics")]
    [InlineData("metrics", """["sharpe_ratio", "drawdwn"]""", "metrics[1] is 'drawdwn'")]
    [InlineData("metrics", """["sharpe_ratio", "sharpe"]""", "metrics[1] is sharpe, which is given twice")]
    [InlineData("metrics", """["sharpe_ratio", 5]""", "metrics[1] is 5. Give 2 to 8 statistics")]
    [InlineData("objectives", """["maximize"]""", "objectives is [\"maximize\"]. Give maximize or minimize for each of metrics")]
    [InlineData("metric", "\"sharpe_ratio\"", "metric does not go with nsga2, which has several")]
    [InlineData("objective", "\"minimize\"", "objective does not go with nsga2")]
    [InlineData("batch_size", "3", "batch_size is 3. Give a whole number of at least 4")]
    public async Task Says_what_is_wrong(string field, string json, string said)
    {
        Dictionary<string, object> payload = Payload("sharpe_ratio", "max_drawdown");
        payload[field] = JsonElement.Parse(json);
        using TemporaryFolder folder = new();

        PayloadException error = await Assert.ThrowsAsync<PayloadException>(() => OptimizationPayloads.RunAsync(folder, payload));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, object> Payload(params string[] metrics)
    {
        Dictionary<string, object> payload = OptimizationPayloads.Of("nsga2", OptimizationPayloads.Ranges, to: "2024-06-01");
        payload.Remove("metric");
        (payload["metrics"], payload["constraints"], payload["n_trials"], payload["seed"]) = (metrics, "fast < slow", 200, 5);
        return payload;
    }
}
