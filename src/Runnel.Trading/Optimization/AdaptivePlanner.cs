using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Plans for a method that learns from results. It asks for the same trials whatever the number of workers and the order in which they end; the sampler is
/// kept between steps that happen to run in this process, and brought up to date from the stored scores otherwise; those that it has seen are not read again. Safe from several
/// threads.</summary>
internal sealed class AdaptivePlanner(OptimizationPlan plan)
{
    private static readonly TimeSpan NoBudget = TimeSpan.FromDays(1); // its chunks are a few trials each
    private static readonly TimeSpan Worthwhile = TimeSpan.FromMilliseconds(50); // of work in a chunk: below that, trials go together
    private const int MostTogether = 1_000; // trials of a chunk
    private readonly Lock gate = new();
    private readonly SortedDictionary<int, TrialResult> seen = []; // by number, as stored: they never change
    private readonly HashSet<int> chunks = []; // seen, from scoresFrom on
    private SortedDictionary<int, TrialResult> untold = [];
    private Sampler? sampler;
    private int asked;
    private volatile int scoresFrom;

    /// <summary>All chunks before this one are done, and their scores were seen.</summary>
    public int ScoresFrom => scoresFrom;

    public ChunkPlan Next(OptimizationHeader header, OptimizationTotals totals, IReadOnlyList<ChunkScores> scores, int slots)
    {
        lock (gate)
        {
            See(scores);
            if (sampler is null || asked > header.NextTrial) // the plan that asked for more was not stored
                (sampler, asked, untold) = (plan.Method.Adaptive(plan.Search.Space), 0, new(seen));
            while (asked < header.NextTrial)
            {
                Tell();
                if (Ask((int)header.NextTrial - asked).Count == 0)
                    throw new InvalidOperationException($"Optimization '{plan.Id}' had asked for {header.NextTrial} trials, but with what is stored only {asked} are. Was the records file edited?");
            }

            Tell();
            int room = Math.Max(0, slots * 2 - totals.Open);
            // Cheap trials go together; how many are asked for at once changes no trial.
            double together = totals.Ran == 0 ? 1 : Math.Clamp(Worthwhile / (totals.Elapsed / totals.Ran), 1, MostTogether);
            IReadOnlyList<Trial> trials = Ask((int)Math.Min(slots * 2 * (long)together, plan.Trials - asked));
            List<Chunk> next = Cut(trials, header.Chunks, totals, Math.Max(1, room));
            return new ChunkPlan(next, [], asked, Math.Max(0, totals.Open + next.Count - 1)); // any result may allow the next ask
        }
    }

    private IReadOnlyList<Trial> Ask(int count)
    {
        IReadOnlyList<Trial> trials = count > 0 && !sampler!.IsExhausted ? sampler.Ask(count) : [];
        asked += trials.Count;
        return trials;
    }

    private void See(IReadOnlyList<ChunkScores> scores)
    {
        foreach (ChunkScores chunk in scores.Where(c => c.Number >= scoresFrom && chunks.Add(c.Number)))
        {
            foreach (TrialResult trial in chunk.Trials)
                seen[trial.Number] = untold[trial.Number] = trial;
        }

        while (chunks.Remove(scoresFrom))
            scoresFrom++;
    }

    private void Tell()
    {
        TrialResult[] ready = [.. untold.Values.TakeWhile(trial => trial.Number < asked)];
        foreach (TrialResult trial in ready)
            untold.Remove(trial.Number);
        sampler!.Tell(ready);
    }

    private static List<Chunk> Cut(IReadOnlyList<Trial> trials, int number, OptimizationTotals totals, int most)
    {
        if (trials.Count == 0)
            return [];
        most = Math.Min(most, trials.Count);
        int chunks = totals.Ran == 0 ? most : Math.Clamp((int)(totals.Elapsed / totals.Ran * trials.Count / Worthwhile), 1, most);
        List<Chunk> cut = [];
        for (int i = 0; i < chunks; i++)
        {
            IEnumerable<Trial> part = trials.Skip(i * trials.Count / chunks).Take((i + 1) * trials.Count / chunks - i * trials.Count / chunks);
            foreach (IGrouping<double, Trial> same in part.GroupBy(t => t.Budget))
            {
                Trial[] together = [.. same];
                cut.Add(new Chunk(number + cut.Count, 0, together[0].Number, together.Length, NoBudget)
                {
                    Points = [.. together.SelectMany(t => t.Point.Numbers.ToArray())],
                    Share = same.Key,
                });
            }
        }

        return cut;
    }
}
