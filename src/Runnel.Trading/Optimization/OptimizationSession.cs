using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>An optimization as this process works on it: its plan, its klines, and indicators that serve all chunks. Safe from several threads.</summary>
internal sealed class OptimizationSession
{
    private const int MostRunners = 4; // a process works on a few windows at a time
    private const long IndicatorBytes = 192L << 20;
    private readonly AdaptivePlanner? adaptive;
    private readonly Lock gate = new();
    private readonly LinkedList<(int Segment, TrialRunner Runner)> runners = new(); // most recently used first

    /// <exception cref="PayloadException">Not one window fits the klines.</exception>
    public OptimizationSession(OptimizationPlan plan, KlineData data)
    {
        (Plan, Data) = (plan, data);
        Windows = plan.Windows is { } sizes ? WalkForwardCuts.Of(data.Klines, sizes) : [];
        Fingerprint = KlineFingerprint.Of(data.Klines);
        adaptive = plan.IsAdaptive ? new AdaptivePlanner(plan) : null;
    }

    public OptimizationPlan Plan { get; }

    public KlineData Data { get; }

    /// <summary>Tells klines apart that differ in any bit: every worker has to run on the same.</summary>
    public string Fingerprint { get; }

    /// <summary>The windows of a walk-forward optimization; none otherwise.</summary>
    public IReadOnlyList<WalkForwardCut> Windows { get; }

    /// <summary>Parts that are searched, each with all trials of the source.</summary>
    public int Segments => Math.Max(1, Windows.Count);

    /// <summary>All trials of all segments.</summary>
    public long Trials => Segments * Plan.Trials;

    /// <summary>What to plan next.</summary>
    public ChunkPlan Next(
        OptimizationHeader header, OptimizationTotals totals, IReadOnlyList<Chunk> rests, IReadOnlyList<RankedTrial> scores, int slots) => adaptive is null
        ? ChunkPlanner.Next(Plan.Trials, Segments, header, totals, rests, slots)
        : adaptive.Next(header, totals, scores, slots);

    public Klines KlinesOf(int segment) =>
        Windows.Count == 0 ? Data.Klines : Data.Klines.Slice(Windows[segment].TrainFirst, Windows[segment].TestFirst - Windows[segment].TrainFirst);

    public TrialRunner RunnerOf(int segment)
    {
        lock (gate)
        {
            for (LinkedListNode<(int Segment, TrialRunner Runner)>? node = runners.First; node is not null; node = node.Next)
            {
                if (node.Value.Segment != segment)
                    continue;
                runners.Remove(node);
                runners.AddFirst(node);
                return node.Value.Runner;
            }

            TrialRunner runner = new(KlinesOf(segment), Plan.Settings, IndicatorBytes / Math.Min(MostRunners, Segments));
            runners.AddFirst((segment, runner));
            if (runners.Count > MostRunners)
                runners.RemoveLast(); // not disposed: another thread may be in a run of it; the collector takes its arrays
            return runner;
        }
    }
}
