namespace Runnel.Trading;

/// <summary>Watches searches for the moment at which they are to end. Patience is judged for each segment and in the order of the trials' numbers, so that a segment ends at the
/// same trial whatever the number of workers and the order in which chunks end. Used within the transactions that plan, and so by one thread at a time.</summary>
internal sealed class EarlyStop(StopRules rules, int top, int segments)
{
    private long? run;

    /// <summary>How many of the best trials a chunk keeps.</summary>
    public int Top => top;

    /// <summary>One for each segment; none without patience.</summary>
    public IReadOnlyList<PatienceWatch> Watches { get; private set; } = [];

    /// <summary>What was seen holds for one run: what is stored may have been discarded before another.</summary>
    /// <param name="startedAt">When the run began (Unix ms).</param>
    public void Begin(long startedAt)
    {
        if (run == startedAt)
            return;
        run = startedAt;
        if (rules.Patience is { } trials)
            Watches = [.. Enumerable.Range(0, segments).Select(_ => new PatienceWatch(trials, rules.MinImprovement))];
    }

    /// <summary>Whether its time is over.</summary>
    /// <param name="startedAt">When its run began (Unix ms).</param>
    /// <param name="now">Unix ms.</param>
    public bool IsOvertime(long startedAt, long now) => rules.MaxSeconds is { } seconds && now - startedAt >= seconds * 1000;
}
