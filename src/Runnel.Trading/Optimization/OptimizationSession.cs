using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>An optimization as this process works on it: its plan and its klines, kept between chunks. Safe from several threads.</summary>
internal sealed class OptimizationSession
{
    private readonly AdaptivePlanner? adaptive;
    private readonly TrialRunners runners;

    /// <exception cref="PayloadException">Not one window fits the klines.</exception>
    public OptimizationSession(OptimizationPlan plan, KlineData data, TrialRunners runners)
    {
        (Plan, Data, this.runners) = (plan, data, runners);
        Windows = plan.Windows is { } sizes ? WalkForwardCuts.Of(data.Klines, sizes) : [];
        Fingerprint = KlineFingerprint.Of(data);
        EarlyStop = plan.Stop is { Patience: null, MaxSeconds: null } ? null : new EarlyStop(plan.Stop, plan.Top);
        adaptive = plan.IsAdaptive ? new AdaptivePlanner(plan) : null;
    }

    public OptimizationPlan Plan { get; }

    public KlineData Data { get; }

    /// <summary>Says when it ends before its trials do; null where they alone end it.</summary>
    public EarlyStop? EarlyStop { get; }

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

    /// <summary>Runs trials of a segment, for as long as the lease is held.</summary>
    public TrialRunners.Lease RentRunner(int segment)
    {
        (int first, int count) = Windows.Count == 0 ? (0, Data.Klines.Count) : (Windows[segment].TrainFirst, Windows[segment].TestFirst - Windows[segment].TrainFirst);
        return runners.Rent(Fingerprint, Data.Klines, first, count, Plan.Settings);
    }
}
