namespace Runnel.Optimization;

/// <summary>Says what to try next and is told what came of it. All samplers are deterministic: the same space, options and seed ask for the same
/// trials whatever the number of workers, the size of the asks and the order in which results come in. Not thread-safe.</summary>
/// <remarks>The caller decides when to stop: a sampler asks on until <see cref="IsExhausted"/>.
/// <code>
/// while (!sampler.IsExhausted)
/// {
///     IReadOnlyList&lt;Trial&gt; trials = sampler.Ask(free workers); // may be none while results are awaited
///     ... run them; as results come in:
///     sampler.Tell(results);
/// }
/// </code></remarks>
public abstract class Sampler
{
    private protected Sampler(ParameterSpace space) => Space = space;

    /// <summary>What may be tried.</summary>
    public ParameterSpace Space { get; }

    /// <summary>Whether no trial is left to ask for, now and later.</summary>
    public abstract bool IsExhausted { get; }

    /// <summary>The next trials to run, numbered on from the last ones.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>Fewer, perhaps none, where it is exhausted or needs results of trials that it has asked for.</returns>
    public abstract IReadOnlyList<Trial> Ask(int count);

    /// <summary>Takes results, in any order and in any portions. One that was told before is ignored: a trial that ran twice does not count twice.</summary>
    /// <param name="results">Results of trials that it has asked for.</param>
    /// <exception cref="ArgumentException">It never asked for the trial, or the number of values is not that of the metrics.</exception>
    public abstract void Tell(IReadOnlyList<TrialResult> results);

    /// <summary>Brings a new sampler to where another one was, from what that one was told: asks for the same trials and tells their results.</summary>
    /// <param name="asked">How many trials had been asked for (the highest number + 1).</param>
    /// <param name="results">All results so far, in any order.</param>
    /// <returns>The trials asked for that have no result: run them again.</returns>
    /// <exception cref="InvalidOperationException">It would not have asked for so many trials with these results: they are of another search.</exception>
    public virtual IReadOnlyList<Trial> Resume(int asked, IReadOnlyList<TrialResult> results)
    {
        Dictionary<int, TrialResult> told = [];
        foreach (TrialResult result in results)
            told.TryAdd(result.Number, result);
        List<Trial> open = [];
        for (int count = 0; count < asked;)
        {
            IReadOnlyList<Trial> trials = Ask(asked - count);
            if (trials.Count == 0)
            {
                throw new InvalidOperationException($"{asked} trials had been asked for, but with these {told.Count} results only {count} are. "
                    + "The results are of another search; give it the same space, method, options and seed.");
            }

            count += trials.Count;
            Tell([.. trials.Where(t => told.ContainsKey(t.Number)).Select(t => told[t.Number])]);
            open.AddRange(trials.Where(t => !told.ContainsKey(t.Number)));
        }

        return open;
    }
}
