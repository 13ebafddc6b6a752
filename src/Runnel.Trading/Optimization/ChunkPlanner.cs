namespace Runnel.Trading;

/// <summary>What is to be planned next.</summary>
/// <param name="Chunks">New chunks.</param>
/// <param name="OfRests">Done chunks whose rests are in them, and how many trials of each.</param>
/// <param name="NextTrial">The first trial, over all segments, that is in no chunk.</param>
/// <param name="WakeAt">Open chunks at which to plan on.</param>
internal sealed record ChunkPlan(IReadOnlyList<Chunk> Chunks, IReadOnlyList<(int Number, int Trials)> OfRests, long NextTrial, int WakeAt);

/// <summary>Cuts trials into chunks: small ones with a short time budget while nobody knows what a trial costs, then ones of some seconds. A pure
/// function: what it decides changes how long an optimization takes, never what it finds.</summary>
internal static class ChunkPlanner
{
    private static readonly TimeSpan Target = TimeSpan.FromSeconds(2); // of work in a chunk
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(30); // a chunk costs some milliseconds beside its trials
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstBudget = TimeSpan.FromMilliseconds(100); // somebody waits for a sign that it works
    private static readonly TimeSpan ProbeBudget = TimeSpan.FromMilliseconds(500);
    private const int MostTrials = 50_000; // of a chunk: some 20 MB of figures
    private const int MostProbed = 2_000;

    /// <param name="trialsPerSegment">Trials of each segment.</param>
    /// <param name="segments">Parts that are searched.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="slots">Chunks that the workers can run at once.</param>
    public static ChunkPlan Next(long trialsPerSegment, int segments, PlanningState state, int slots)
    {
        OptimizationTotals totals = state.Totals;
        bool isKnown = totals.Ran > 0 && totals.Elapsed > TimeSpan.Zero;
        long next = state.Header.NextTrial, all = trialsPerSegment * segments;
        long left = all - next - state.Ended.Keys.Sum(ended => Math.Clamp(trialsPerSegment * (ended + 1) - next, 0, trialsPerSegment)) + state.Rests.Sum(rest => (long)rest.Count);
        // Eight each while the cost is unknown: short chunks must not leave a worker idle until it is known, and a small grid goes out whole.
        int window = isKnown ? slots * 4 : slots * 8;
        double cost = isKnown ? totals.Elapsed / totals.Ran / TimeSpan.FromSeconds(1) : 0; // seconds
        long share = Math.Min(MostProbed, (left + window - 1) / window);
        int number = state.Header.Chunks;
        List<Chunk> chunks = [];
        List<(int Number, int Trials)> ofRests = [];
        Queue<Chunk> waiting = new(state.Rests);
        while (totals.Open + chunks.Count < window && left > 0)
        {
            // The less is left, the smaller the chunks, so that all workers end together.
            int size = isKnown
                ? (int)Math.Clamp(left / (slots * 3.0), Math.Max(1, Math.Min(MostTrials, Least.TotalSeconds / cost)), Math.Max(1, Math.Min(MostTrials, Target.TotalSeconds / cost)))
                : (int)share;
            size = (int)Math.Min(size, left);
            TimeSpan budget = isKnown ? Longest : number < slots ? FirstBudget : ProbeBudget;
            if (waiting.TryPeek(out Chunk? rest))
            {
                int taken = ofRests.Where(r => r.Number == rest.Number).Sum(r => r.Trials);
                size = Math.Min(size, rest.Count - taken);
                chunks.Add(new Chunk(number++, rest.Segment, rest.First + taken, size, budget));
                ofRests.Add((rest.Number, size));
                if (taken + size == rest.Count)
                    waiting.Dequeue();
            }
            else
            {
                int segment = (int)(next / trialsPerSegment);
                if (state.Ended.ContainsKey(segment))
                {
                    next = trialsPerSegment * (segment + 1);
                    continue;
                }

                size = (int)Math.Min(size, trialsPerSegment * (segment + 1) - next);
                chunks.Add(new Chunk(number++, segment, next - segment * trialsPerSegment, size, budget));
                next += size;
            }

            left -= size;
        }

        int open = totals.Open + chunks.Count;
        return new ChunkPlan(chunks, ofRests, next, left == 0 ? 0 : Math.Max(0, isKnown ? Math.Min(open - 1, slots * 2) : open - slots));
    }
}
