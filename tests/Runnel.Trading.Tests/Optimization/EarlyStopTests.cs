using System.Text.Json;
using Runnel.Optimization;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

public sealed class EarlyStopTests(RedisFixture redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grid", 200, 0)]
    [InlineData("random", 60, 0)]
    [InlineData("bayesian", 25, 0)]
    [InlineData("random", 40, 0.2)]
    public async Task Patience_ends_at_the_same_trial_with_one_slot_with_many_and_without_a_queue(string type, int patience, double least)
    {
        Dictionary<string, object> payload = Payload(type, 2_000);
        (payload["patience"], payload["min_improvement"]) = (patience, least);
        using TemporaryFolder folder = new();
        await using OptimizationHost one = await OptimizationHost.StartAsync(redis, concurrency: 1);
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

        OptimizationReply left = await one.RunAsync(payload), right = await many.RunAsync(payload);
        OptimizationReply local = await OptimizationPayloads.RunAsync(folder, payload);

        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(right with { Run = null }));
        Assert.Equal(JsonSerializer.Serialize(left with { Run = null }), JsonSerializer.Serialize(local with { Run = null }));
        Assert.Equal(("patience", left.Trials!.Completed + left.Trials.Skipped), (left.Stopped!.By, left.Stopped.Trials));
        Assert.InRange(left.Stopped.Trials, patience, left.Trials.Total - 1);
        Assert.Equal(left.Stopped.Of, left.Trials.Total);
        Assert.StartsWith($"Ended after {left.Stopped.Trials} of {left.Stopped.Of} trials: no trial improved on the best for {patience} trials in a row", left.Stopped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_run_begins_with_all_its_patience()
    {
        EarlyStop stop = new(new StopRules(Patience: 2, 0, null, null), top: 5, segments: 1);
        TrialBlock block = new(4) { [TrialBlock.StatusColumn] = [0, 0, 0, 0], [TrialBlock.ScoreColumn] = [3, 2, 1, 4] };
        stop.Begin(startedAt: 1);
        stop.Watches[0].Tell(0, block);

        stop.Begin(startedAt: 1);
        long? same = stop.Watches[0].LastTrial;
        stop.Begin(startedAt: 2);

        Assert.Equal((2L, null, 0L), (same, stop.Watches[0].LastTrial, stop.Watches[0].NextTrial));
    }

    [Fact]
    public async Task Patience_ends_where_a_watch_over_all_trials_in_order_says_it_would()
    {
        Dictionary<string, object> payload = Payload("random", 600);
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 3);
        await host.RunAsync(payload);
        Patience watch = new(60);
        double[] scores = await ScoresAsync(host, "o");
        int last = Enumerable.Range(0, scores.Length).First(i => watch.Tell([new TrialResult(i, scores[i])]));

        (payload["optimization_id"], payload["patience"]) = ("patient", 60);
        OptimizationReply reply = await host.RunAsync(payload);

        Assert.InRange(last, 60, 598);
        Assert.Equal(last + 1, reply.Stopped!.Trials);
        Assert.Equal(scores[..(last + 1)], await ScoresAsync(host, "patient"));
        Assert.Equal(watch.Best, reply.Best!.Value);
    }

    [Fact]
    public async Task Trials_whose_parameters_do_not_go_together_do_not_wear_patience_out()
    {
        Dictionary<string, object> payload = Payload("grid", 0);
        payload["param_space"] = new { fast = Enumerable.Range(100, 50), slow = Enumerable.Range(2, 120) };
        payload["patience"] = 90;
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 2);

        OptimizationReply reply = await host.RunAsync(payload);

        Assert.True(reply.Trials!.Completed >= 90, $"{reply.Trials.Completed} ran");
        Assert.True(reply.Trials.Skipped > 90, $"{reply.Trials.Skipped} were skipped");
    }

    [Fact]
    public async Task Max_trials_runs_the_first_ones_and_says_so()
    {
        Dictionary<string, object> payload = Payload("grid", 0), whole = Payload("grid", 0);
        (payload["max_trials"], payload["optimization_id"], payload["top"]) = (150, "some", 1000);
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 2);
        await host.RunAsync(whole);

        OptimizationReply reply = await host.RunAsync(payload);

        double[] all = await ScoresAsync(host, "o");
        Assert.Equal(all[..150], await ScoresAsync(host, "some"));
        Assert.Equal(("max_trials", 150, (long)all.Length), (reply.Stopped!.By, (int)reply.Stopped.Trials, reply.Stopped.Of));
        Assert.Equal("Ended after 150 of 2940 trials: max_trials is 150.", reply.Stopped.Reason);
    }

    [Fact]
    public async Task Max_seconds_ends_with_what_is_stored_by_then_and_drops_what_runs()
    {
        Dictionary<string, object> payload = Payload("grid", 0);
        payload["max_seconds"] = 2;
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 2, run: async (session, chunk, time, stop) =>
        {
            if (session.Plan.Id == "o" && chunk.Number > 0)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
            return ChunkRunner.Run(session, chunk, time, stop);
        });
        Dictionary<string, object> warm = Payload("random", 10);
        warm["optimization_id"] = "before";
        await host.RunAsync(warm);

        OptimizationReply reply = await host.RunAsync(payload);

        Assert.Equal(("completed", "max_seconds"), (reply.Status, reply.Stopped!.By));
        Assert.InRange(reply.Stopped.Trials, 1, 2939);
        Assert.Equal(reply.Stopped.Trials, (await ScoresAsync(host, "o")).Length);
        Assert.Empty(await host.Records.OpenChunksAsync("o", Token));
    }

    [Theory]
    [InlineData("k_fold", 1)]
    [InlineData("walk_forward", 1)]
    [InlineData("walk_forward", 0)]
    public async Task Max_seconds_tests_the_windows_that_were_searched_by_then_and_leaves_out_the_others(string type, int segments)
    {
        Dictionary<string, object> payload = OptimizationPayloads.Of(type, new { fast = new[] { 5, 10 }, slow = new[] { 20, 40 } }), whole = new(payload, StringComparer.Ordinal);
        (payload["max_seconds"], whole["optimization_id"]) = (2, "whole");
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 2, run: async (session, chunk, time, stop) =>
        {
            if (session.Plan.Id == "o" && chunk.Segment >= segments)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
            return ChunkRunner.Run(session, chunk, time, stop);
        });
        OptimizationReply all = await host.RunAsync(whole);

        OptimizationReply reply = await host.RunAsync(payload);

        Assert.Equal(("completed", "max_seconds", all.Windows!.Count), (reply.Status, reply.Stopped!.By, reply.Windows!.Count));
        Assert.Equal(JsonSerializer.Serialize(all.Windows.Take(segments)), JsonSerializer.Serialize(reply.Windows.Take(segments)));
        Assert.All(reply.Windows.Skip(segments), w => Assert.Equal((0, null, null), ((int)w.Trials, w.Best, w.Test)));
        Assert.Equal(segments == 0, reply.OutOfSample is null);
        if (type == "k_fold") // tests of walk-forward overlap: only the part before the next one counts
            Assert.Equal(reply.Windows[0].Test!.TotalReturnPercent, reply.OutOfSample!.TotalReturnPercent, 1e-9);
        Assert.Contains(segments == 0 ? "No trial ended in max_seconds" : $"{all.Windows.Count - 1} had none and are not in the figures out of sample", string.Join(' ', reply.Warnings!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_after_the_last_trial_ended_nothing_early()
    {
        Dictionary<string, object> payload = Payload("random", 50);
        (payload["patience"], payload["max_trials"], payload["max_seconds"]) = (50, 50, 3600);
        using TemporaryFolder folder = new();

        OptimizationReply reply = await OptimizationPayloads.RunAsync(folder, payload);

        Assert.Equal(50, reply.Trials!.Completed);
        Assert.Null(reply.Stopped);
    }

    [Theory]
    [InlineData("patience", 0, "patience is 0. Give a whole number from 1")]
    [InlineData("max_trials", 1.5, "max_trials is 1.5. Give a whole number from 1")]
    [InlineData("max_seconds", -1, "max_seconds is -1. Give a number of seconds greater than 0")]
    [InlineData("min_improvement", 1, "min_improvement goes with patience, which is not given")]
    public async Task Says_what_is_wrong(string field, double value, string said)
    {
        Dictionary<string, object> payload = Payload("random", 50);
        payload[field] = value;
        using TemporaryFolder folder = new();

        PayloadException error = await Assert.ThrowsAsync<PayloadException>(() => OptimizationPayloads.RunAsync(folder, payload));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static async Task<double[]> ScoresAsync(OptimizationHost host, string id)
    {
        List<double> scores = [];
        await foreach (ChunkBlock chunk in host.Records.BlocksAsync(id, Token))
            scores.AddRange(chunk.Block[TrialBlock.ScoreColumn]);
        return [.. scores];
    }

    private static Dictionary<string, object> Payload(string type, int trials)
    {
        Dictionary<string, object> payload = OptimizationPayloads.Of(
            type, type == "grid" ? new { fast = Enumerable.Range(2, 49), slow = Enumerable.Range(10, 60) } : OptimizationPayloads.Ranges, to: "2024-06-01");
        if (type != "grid")
            (payload["n_trials"], payload["constraints"]) = (trials, "fast < slow");
        return payload;
    }
}
