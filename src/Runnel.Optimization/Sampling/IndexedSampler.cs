namespace Runnel.Optimization;

/// <summary>A sampler whose points do not depend on results: each is a function of its number. Whoever knows the space, the options and the seed can
/// work out any stretch of it alone, so that a chunk of trials is two numbers and nobody keeps a list.</summary>
public abstract class IndexedSampler : Sampler
{
    private int next;

    private protected IndexedSampler(ParameterSpace space)
        : base(space)
    {
    }

    /// <summary>How many points there are; <see cref="int.MaxValue"/> for as many as one likes.</summary>
    public abstract int Count { get; }

    /// <inheritdoc/>
    public override bool IsExhausted => next >= Count;

    /// <summary>The point of a trial. May be called from several threads.</summary>
    /// <param name="number">From 0, below <see cref="Count"/>.</param>
    /// <returns>The point, which meets the constraints.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such trial.</exception>
    public Point At(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
        return PointAt(number);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Trial> Ask(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Trial[] trials = new Trial[Math.Min(count, Count - next)];
        for (int i = 0; i < trials.Length; i++)
            trials[i] = new Trial(next + i, PointAt(next + i));
        next += trials.Length;
        return trials;
    }

    /// <inheritdoc/>
    public override void Tell(IReadOnlyList<TrialResult> results)
    {
        foreach (TrialResult result in results)
        {
            if (result.Number < 0 || result.Number >= next)
                throw new ArgumentException($"Trial {result.Number} was not asked for; the trials so far are 0 to {next - 1}.", nameof(results));
        }
    }

    private protected abstract Point PointAt(int number);
}
