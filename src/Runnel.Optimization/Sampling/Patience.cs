using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>Ends a search that no longer gets better. Judges results in the order of their numbers, so that the end is the same for any number of
/// workers; results after it do not count.</summary>
public sealed class Patience
{
    private readonly int trials;
    private readonly double least;
    private readonly Direction direction;
    private readonly Dictionary<int, double> early = []; // results whose turn has not come
    private int next;
    private int bestAt = -1;

    /// <summary>A watch on one search.</summary>
    /// <param name="trials">How many trials in a row may fail to improve on the best, at least 1.</param>
    /// <param name="least">By how much a value has to be better to count, at least 0, in the unit of the metric.</param>
    /// <param name="direction">Whether higher or lower values are better.</param>
    /// <exception cref="BacktestInputException">An argument is out of range.</exception>
    public Patience(int trials, double least = 0, Direction direction = Direction.Maximize)
    {
        InputCheck.AtLeast("patience", trials, 1);
        InputCheck.Within("min_improvement", least, 0, double.MaxValue);
        (this.trials, this.least, this.direction) = (trials, least, direction);
    }

    /// <summary>Number of the last trial that counts; null while the search goes on.</summary>
    public int? StoppedAt { get; private set; }

    /// <summary>The best value that counts; NaN before there is one.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>Takes results in any order.</summary>
    /// <param name="results">Results, of which the first metric counts.</param>
    /// <returns>Whether the search has ended.</returns>
    public bool Tell(IReadOnlyList<TrialResult> results)
    {
        foreach (TrialResult result in results.Where(r => r.Number >= next))
            early.TryAdd(result.Number, result.Value);
        while (StoppedAt is null && early.Remove(next, out double value))
        {
            double gain = direction == Direction.Maximize ? value - Best : Best - value;
            if (double.IsFinite(value) && (double.IsNaN(Best) || (gain > 0 && gain >= least)))
                (Best, bestAt) = (value, next);
            if (next - bestAt >= trials)
                StoppedAt = next;
            next++;
        }

        return StoppedAt is not null;
    }
}
