using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Plans for a method that learns from results, in one segment or in several that do not wait for one another. It asks for the same trials whatever the number of
/// workers and the order in which they end; the samplers are kept between steps that happen to run in this process, and brought up to date from the stored scores
/// otherwise; those that were seen are not read again. Safe from several threads.</summary>
internal sealed class AdaptivePlanner(OptimizationPlan plan, int segments)
{
    private static readonly TimeSpan NoBudget = TimeSpan.FromDays(1); // its chunks are a few trials each
    private static readonly TimeSpan Worthwhile = TimeSpan.FromMilliseconds(50); // of work in a chunk: below that, trials go together
    private const int MostTogether = 1_000; // trials of a chunk
    private readonly Lock gate = new();
    private readonly AdaptiveSearch[] searches = [.. Enumerable.Range(0, segments).Select(_ => new AdaptiveSearch(plan))];
    private volatile int scoresFrom;

    /// <summary>The scores of all chunks before this one were seen.</summary>
    public int ScoresFrom => scoresFrom;

    /// <summary>Asks one segment after the other until the workers have enough to do: a later one gets their time where those before it wait for results. So few are
    /// under way at once, and their indicators stay in memory.</summary>
    public ChunkPlan Next(PlanningState state, int slots)
    {
        lock (gate)
        {
            foreach (ChunkScores chunk in state.Scores)
                searches[chunk.Segment].See(chunk.Trials);
            scoresFrom = Math.Max(scoresFrom, state.FirstOpen);
            OptimizationTotals totals = state.Totals;
            int room = Math.Max(0, slots * 2 - totals.Open);
            // Cheap trials go together; how many are asked for at once changes no trial.
            double together = totals.Ran == 0 ? 1 : Math.Clamp(Worthwhile / (totals.Elapsed / totals.Ran), 1, MostTogether);
            List<Chunk> next = [];
            long asked = 0;
            for (int segment = 0; segment < searches.Length; segment++)
            {
                int before = (int)state.Asked.GetValueOrDefault(segment), left = room - next.Count;
                if (!state.Ended.ContainsKey(segment) && before < plan.Trials && left > 0)
                {
                    searches[segment].CatchUp(before);
                    IReadOnlyList<Trial> trials = searches[segment].Ask((int)Math.Min(left * together, int.MaxValue));
                    next.AddRange(Cut(trials, segment, state.Header.Chunks + next.Count, Math.Clamp((int)(trials.Count / together), 1, left)));
                    before += trials.Count;
                }

                asked += before;
            }

            int open = totals.Open + next.Count;
            return new ChunkPlan(next, [], asked, open >= slots * 2 ? slots * 3 / 2 : Math.Max(0, open - 1)); // where there is room, any result may allow the next ask
        }
    }

    private static List<Chunk> Cut(IReadOnlyList<Trial> trials, int segment, int number, int chunks)
    {
        List<Chunk> cut = [];
        for (int i = 0; i < chunks; i++)
        {
            int first = (int)((long)i * trials.Count / chunks), last = (int)((i + 1L) * trials.Count / chunks);
            foreach (IGrouping<double, Trial> same in trials.Take(first..last).GroupBy(t => t.Budget))
            {
                Trial[] together = [.. same];
                cut.Add(new Chunk(number + cut.Count, segment, together[0].Number, together.Length, NoBudget)
                {
                    Points = [.. together.SelectMany(t => t.Point.Numbers.ToArray())],
                    Share = same.Key,
                });
            }
        }

        return cut;
    }
}
