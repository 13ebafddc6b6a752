using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Watches the search of one segment for the trial at which its patience ends, in the order of the trials' numbers. Not thread-safe.</summary>
internal sealed class PatienceWatch(int trials, double minImprovement)
{
    private readonly Patience patience = new(trials, minImprovement); // of scores: higher is better
    private int ran;

    /// <summary>The first trial that it was not told of.</summary>
    public long NextTrial { get; private set; }

    /// <summary>The last trial that counts, once patience has ended; null before.</summary>
    public long? LastTrial { get; private set; }

    /// <summary>Goes on with done trials, from <see cref="NextTrial"/> on. Those whose parameters do not go together were not run and are not counted.</summary>
    public void Tell(long first, TrialBlock block)
    {
        double[] scores = block[TrialBlock.ScoreColumn], status = block[TrialBlock.StatusColumn];
        for (int i = (int)(NextTrial - first); i < block.Count && LastTrial is null; i++)
        {
            if (status[i] != (double)TrialStatus.Skipped && patience.Tell([new TrialResult(ran++, scores[i])]))
                LastTrial = first + i;
            NextTrial = first + i + 1;
        }
    }
}
