using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Optimization;

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
        Windows = plan.Windows is { } sizes ? WalkForwardCuts.Of(data.Klines, sizes)
            : plan.Folds is { } folds ? FoldCuts.Of(data.Klines, folds, plan.Request.Interval) : [];
        int searched = Windows.Count == 0 ? data.Klines.Count : Windows.Min(w => w.TrainBars);
        if (plan.Method.Halving is { } halving && Bars(searched, halving.FirstBudget) < 2)
            throw new PayloadException("first_budget", FormattableString.Invariant($"first_budget is {halving.FirstBudget}, which of {searched} bars is {Bars(searched, halving.FirstBudget)}. Give more, or search a longer range."));
        Fingerprint = KlineFingerprint.Of(data, plan.Settings.FinerKlines);
        EarlyStop = plan.Stop is { Patience: null, MaxSeconds: null } ? null : new EarlyStop(plan.Stop, plan.Top, Segments);
        adaptive = plan.IsAdaptive ? new AdaptivePlanner(plan, Segments) : null;
    }

    public OptimizationPlan Plan { get; }

    public KlineData Data { get; }

    /// <summary>Says when it ends before its trials do; null where they alone end it.</summary>
    public EarlyStop? EarlyStop { get; }

    /// <summary>Tells klines apart that differ in any bit: every worker has to run on the same.</summary>
    public string Fingerprint { get; }

    /// <summary>What a worker holds that has a session on the same klines: indicators are shared among these.</summary>
    public string Affinity => $"klines:{Fingerprint}";

    /// <summary>The windows of a walk-forward or k-fold optimization; none otherwise.</summary>
    public IReadOnlyList<WindowCut> Windows { get; }

    /// <summary>Parts that are searched, each with all trials of the source.</summary>
    public int Segments => Math.Max(1, Windows.Count);

    /// <summary>First chunk whose scores the next plan has not seen; null where it needs none.</summary>
    public int? ScoresFrom => adaptive?.ScoresFrom;

    /// <summary>What to plan next.</summary>
    public ChunkPlan Next(PlanningState state, int slots) =>
        adaptive is null ? ChunkPlanner.Next(Plan.Trials, Segments, state, slots) : adaptive.Next(state, slots);

    /// <summary>All trials of all segments, without those behind the end of a segment's patience.</summary>
    public long TrialsOf(PlannedStep step) => (Segments - step.Ended.Count) * Plan.Trials + step.Ended.Values.Sum(last => last + 1);

    /// <summary>Runs trials of a segment, for as long as it is held.</summary>
    /// <param name="segment">Which one.</param>
    /// <param name="share">On which fraction of what it searches: the end of that.</param>
    public SegmentRunner RentRunner(int segment, double share = 1)
    {
        IReadOnlyList<(int First, int Last)> stretches = Windows.Count == 0 ? [(0, Data.Klines.Count)] : Windows[segment].Train;
        List<TrialRunners.Lease> leases = [];
        int left = Bars(stretches.Sum(s => s.Last - s.First), share);
        foreach ((int first, int last) in stretches.Reverse())
        {
            int bars = Math.Min(left, last - first);
            if (bars > 0)
                leases.Insert(0, runners.Rent(Fingerprint, Data.Klines, last - bars, bars, Plan.Settings));
            left -= bars;
        }

        return new SegmentRunner([.. leases]);
    }

    private static int Bars(int all, double share) => (int)Math.Min(all, Math.Ceiling(all * share - 1e-9)); // a third of 900 bars is 300, whatever the rounding
}
