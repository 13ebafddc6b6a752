using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Watches one search for the moment at which it is to end. Patience is judged in the order of the trials' numbers, so that it ends at the same trial
/// whatever the number of workers and the order in which chunks end. Used within the transactions that plan, and so by one thread at a time.</summary>
internal sealed class EarlyStop(StopRules rules, int top)
{
    private readonly Patience? patience = rules.Patience is { } trials ? new Patience(trials, rules.MinImprovement) : null; // of scores: higher is better
    private int ran;

    /// <summary>How many of the best trials a chunk keeps.</summary>
    public int Top => top;

    /// <summary>Whether it has to be told of trials.</summary>
    public bool NeedsTrials => patience is not null;

    /// <summary>The first trial that it was not told of.</summary>
    public long NextTrial { get; private set; }

    /// <summary>The last trial that counts, once patience has ended; null before.</summary>
    public long? LastTrial { get; private set; }

    /// <summary>Goes on with done trials, from <see cref="NextTrial"/> on. Those whose parameters do not go together were not run and are not counted.</summary>
    /// <returns>Whether patience has ended.</returns>
    public bool Tell(long first, TrialBlock block)
    {
        double[] scores = block[TrialBlock.ScoreColumn], status = block[TrialBlock.StatusColumn];
        for (int i = (int)(NextTrial - first); i < block.Count && LastTrial is null; i++)
        {
            if (status[i] != (double)TrialStatus.Skipped && patience!.Tell([new TrialResult(ran++, scores[i])]))
                LastTrial = first + i;
            NextTrial = first + i + 1;
        }

        return LastTrial is not null;
    }

    /// <summary>Whether its time is over.</summary>
    /// <param name="startedAt">When its run began (Unix ms).</param>
    /// <param name="now">Unix ms.</param>
    public bool IsOvertime(long startedAt, long now) => rules.MaxSeconds is { } seconds && now - startedAt >= seconds * 1000;
}
