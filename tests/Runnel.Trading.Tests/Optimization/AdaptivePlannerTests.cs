using System.Text.Json;
using Runnel.Optimization;

namespace Runnel.Trading.Tests.Optimization;

public sealed class AdaptivePlannerTests
{
    private const int Population = 6; // of CMA-ES with two parameters
    private readonly AdaptivePlanner planner = new(Plan(), segments: 3);
    private readonly List<Chunk> planned = [];

    [Fact]
    public void A_window_that_waits_for_results_leaves_the_workers_to_the_next()
    {
        ChunkPlan plan = Next(slots: 5, done: []);

        Assert.Equal([(0, Population), (1, 4)], Segments(plan));
        Assert.Equal(7, plan.WakeAt);
    }

    [Fact]
    public void No_window_waits_for_the_results_of_another()
    {
        Next(slots: 9, done: []);

        ChunkPlan plan = Next(slots: 9, done: [1, 2]);

        Assert.Equal([(1, Population), (2, Population)], Segments(plan));
        Assert.All(plan.Chunks, chunk => Assert.InRange(chunk.First, Population, 2 * Population - 1));
    }

    [Fact]
    public void A_window_whose_patience_has_ended_is_asked_no_more()
    {
        Next(slots: 9, done: []);

        ChunkPlan plan = Next(slots: 9, done: [1, 2], ended: 1);

        Assert.Equal([(2, Population)], Segments(plan));
    }

    [Fact]
    public void Another_process_plans_on_from_what_is_stored()
    {
        Next(slots: 9, done: []);
        ChunkPlan here = Next(slots: 9, done: [0, 2]);

        ChunkPlan there = new AdaptivePlanner(Plan(), segments: 3).Next(State(done: [0, 2], asked: 3 * Population, open: Population), slots: 9);

        Assert.Equal(here.Chunks.Select(c => (c.Segment, c.First, string.Join(' ', c.Points!))), there.Chunks.Select(c => (c.Segment, c.First, string.Join(' ', c.Points!))));
    }

    [Fact]
    public void Scores_of_chunks_before_the_first_open_one_are_not_read_again()
    {
        Next(slots: 9, done: []);

        planner.Next(State(done: [0, 1], asked: planned.Count, open: Population), slots: 9);

        Assert.Equal(2 * Population, planner.ScoresFrom);
    }

    private ChunkPlan Next(int slots, int[] done, int? ended = null)
    {
        int open = planned.Count(c => !done.Contains(c.Segment));
        PlanningState state = State(done, planned.Count, open);
        ChunkPlan plan = planner.Next(ended is { } segment ? state with { Ended = new Dictionary<int, long> { [segment] = 3 } } : state, slots);
        planned.AddRange(plan.Chunks);
        return plan;
    }

    // Of chunks with one trial each, those of some windows are done.
    private static PlanningState State(int[] done, int asked, int open) => new(
        new OptimizationHeader { State = "running", Request = "", Task = "", Run = 1, StartedAt = 0, Klines = null, NextTrial = asked, Chunks = asked, DoneBefore = 0 },
        new OptimizationTotals { Open = open, Rests = 0, Done = 0, Skipped = 0, Failed = 0, Elapsed = TimeSpan.Zero, RanWhole = 0 })
    {
        Scores = [.. done.Select(segment => new ChunkScores(segment, [.. Enumerable.Range(0, Population).Select(i => new TrialResult(i, i * segment))]))],
        FirstOpen = Enumerable.Range(0, 4).First(segment => !done.Contains(segment)) * Population,
        Asked = Enumerable.Range(0, 3).ToDictionary(segment => segment, segment => Math.Clamp((long)asked - segment * Population, 0, Population)),
    };

    private static (int Segment, int Chunks)[] Segments(ChunkPlan plan) => [.. plan.Chunks.GroupBy(c => c.Segment).Select(g => (g.Key, g.Count()))];

    private static OptimizationPlan Plan()
    {
        Dictionary<string, object> payload = OptimizationPayloads.Of("walk_forward", OptimizationPayloads.Ranges);
        payload["search"] = "cma_es";
        return OptimizationPlan.Of(JsonSerializer.SerializeToElement(payload));
    }
}
