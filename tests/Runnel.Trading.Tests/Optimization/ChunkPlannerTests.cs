namespace Runnel.Trading.Tests.Optimization;

public sealed class ChunkPlannerTests
{
    [Theory]
    [InlineData(10_000, 1, 4, 0.00007, 1)]
    [InlineData(10_000, 1, 4, 0.00007, 2)]
    [InlineData(137, 9, 16, 0.02, 3)]
    [InlineData(40, 1, 2, 3.0, 4)]
    [InlineData(1, 1, 64, 0.5, 5)]
    [InlineData(1_000_000, 1, 8, 0.0001, 6)]
    public void Every_trial_is_planned_once_whatever_it_costs_and_in_whatever_order_chunks_end(int perSegment, int segments, int slots, double secondsPerTrial, int seed)
    {
        Random random = new(seed);
        OptimizationHeader header = Header();
        List<Chunk> open = [], rests = [], done = [];
        TimeSpan elapsed = TimeSpan.Zero;
        long ran = 0;
        int steps = 0;
        do
        {
            ChunkPlan plan = ChunkPlanner.Next(perSegment, segments, new PlanningState(header, Totals(open.Count, rests.Count, ran, elapsed)) { Rests = rests }, slots);
            Assert.True(open.Count + plan.Chunks.Count <= slots * 8, "more chunks are open than workers have use for");
            Assert.Equal(Enumerable.Range(header.Chunks, plan.Chunks.Count), plan.Chunks.Select(c => c.Number));
            header = header with { NextTrial = plan.NextTrial, Chunks = header.Chunks + plan.Chunks.Count };
            rests = [.. rests.Select(r => (Left: r, Taken: plan.OfRests.Where(p => p.Number == r.Number).Sum(p => p.Trials)))
                .Where(r => r.Taken < r.Left.Count).Select(r => r.Left with { First = r.Left.First + r.Taken, Count = r.Left.Count - r.Taken })];
            open.AddRange(plan.Chunks);
            while (open.Count > plan.WakeAt || (open.Count > 0 && plan.Chunks.Count == 0))
            {
                int at = random.Next(open.Count);
                Chunk chunk = open[at];
                open.RemoveAt(at);
                int count = (int)Math.Clamp(chunk.Budget.TotalSeconds / secondsPerTrial, 1, chunk.Count);
                done.Add(chunk with { Count = count });
                ran += count;
                elapsed += TimeSpan.FromSeconds(secondsPerTrial) * count;
                if (count < chunk.Count)
                    rests.Add(chunk with { First = chunk.First + count, Count = chunk.Count - count });
            }

            Assert.True(++steps < 5_000, "it does not come to an end");
        }
        while (open.Count + rests.Count > 0 || header.NextTrial < (long)perSegment * segments);

        (int Segment, long Trial)[] trials = [.. done.SelectMany(c => Enumerable.Range(0, c.Count).Select(i => (c.Segment, c.First + i))).Order()];
        Assert.Equal((long)perSegment * segments, trials.Length);
        Assert.Equal(trials.Length, trials.Distinct().Count());
        Assert.Equal(((0, 0L), (segments - 1, perSegment - 1L)), (trials[0], trials[^1]));
    }

    [Fact]
    public void The_first_chunks_are_short_and_later_ones_are_two_seconds_of_work()
    {
        ChunkPlan first = ChunkPlanner.Next(1_000_000, 1, new PlanningState(Header(), Totals(0, 0, 0, TimeSpan.Zero)), slots: 4);
        ChunkPlan later = ChunkPlanner.Next(
            1_000_000, 1, new PlanningState(Header() with { NextTrial = first.NextTrial, Chunks = first.Chunks.Count }, Totals(0, 0, 1_000, TimeSpan.FromSeconds(1))), slots: 4);

        Assert.Equal(32, first.Chunks.Count);
        Assert.All(first.Chunks.Take(4), chunk => Assert.Equal(TimeSpan.FromMilliseconds(100), chunk.Budget));
        Assert.All(first.Chunks, chunk => Assert.InRange(chunk.Count, 1, 2_000));
        Assert.Equal(16, later.Chunks.Count);
        Assert.All(later.Chunks, chunk => Assert.Equal(2_000, chunk.Count));
    }

    [Fact]
    public void What_is_left_of_segments_whose_patience_has_ended_is_not_planned()
    {
        PlanningState state = new(Header() with { NextTrial = 150 }, Totals(0, 0, 150, TimeSpan.FromSeconds(15)))
        {
            Ended = new Dictionary<int, long> { [0] = 40, [1] = 20, [3] = 7 },
        };
        List<Chunk> planned = [];
        ChunkPlan plan;
        do
        {
            plan = ChunkPlanner.Next(100, 5, state, slots: 4);
            planned.AddRange(plan.Chunks);
            state = state with { Header = state.Header with { NextTrial = plan.NextTrial, Chunks = state.Header.Chunks + plan.Chunks.Count } };
        }
        while (plan.Chunks.Count > 0);

        Assert.Equal(
            new[] { 2, 4 }.SelectMany(segment => Enumerable.Range(0, 100).Select(trial => (segment, (long)trial))),
            planned.SelectMany(c => Enumerable.Range(0, c.Count).Select(i => (c.Segment, c.First + i))));
        Assert.Equal(0, plan.WakeAt);
    }

    private static OptimizationHeader Header() =>
        new() { State = "running", Request = "", Task = "", Run = 1, StartedAt = 0, Klines = null, NextTrial = 0, Chunks = 0, DoneBefore = 0 };

    private static OptimizationTotals Totals(int open, int rests, long ran, TimeSpan elapsed) =>
        new() { Open = open, Rests = rests, Done = ran, Skipped = 0, Failed = 0, Elapsed = elapsed, RanWhole = ran };
}
