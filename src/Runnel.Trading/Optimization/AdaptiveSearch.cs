using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>The search of one segment by a method that learns from results. Not thread-safe.</summary>
internal sealed class AdaptiveSearch(OptimizationPlan plan)
{
    private readonly SortedDictionary<int, TrialResult> seen = []; // by number, as stored: they never change
    private SortedDictionary<int, TrialResult> untold = [];
    private Sampler? sampler;

    /// <summary>Trials that the sampler was asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Takes what stored trials came to; those that it knows are ignored.</summary>
    public void See(IReadOnlyList<TrialResult> trials)
    {
        foreach (TrialResult trial in trials)
        {
            if (seen.TryAdd(trial.Number, trial))
                untold.Add(trial.Number, trial);
        }
    }

    /// <summary>Brings the sampler to where the records are.</summary>
    /// <param name="asked">Trials in chunks.</param>
    /// <exception cref="InvalidOperationException">With these results it would not have asked for so many.</exception>
    public void CatchUp(int asked)
    {
        if (Asked > asked) // the plan that asked for more was not stored
            (sampler, Asked, untold) = (null, 0, new(seen));
        while (Asked < asked)
        {
            if (Ask(asked - Asked).Count == 0)
                throw new InvalidOperationException($"Optimization '{plan.Id}' had asked for {asked} trials, but with what is stored only {Asked} are. Was the records file edited?");
        }
    }

    /// <summary>The next trials.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>Fewer, perhaps none, where all were asked for or results are needed first.</returns>
    public IReadOnlyList<Trial> Ask(int most)
    {
        most = (int)Math.Min(most, plan.Trials - Asked);
        sampler ??= plan.Method.Adaptive(plan.Search.Space);
        Tell(sampler);
        IReadOnlyList<Trial> trials = most > 0 && !sampler.IsExhausted ? sampler.Ask(most) : [];
        Asked += trials.Count;
        return trials;
    }

    private void Tell(Sampler to)
    {
        TrialResult[] ready = [.. untold.Values.TakeWhile(trial => trial.Number < Asked)];
        foreach (TrialResult trial in ready)
            untold.Remove(trial.Number);
        to.Tell(ready);
    }
}
