namespace Runnel.Optimization;

/// <summary>A sampler that learns from results, a generation of trials at a time. A generation depends only on whole earlier ones, never on which
/// of their results came first; hence the same trials for any number of workers.</summary>
public abstract class GenerationalSampler : Sampler
{
    private readonly List<Generation> waiting = []; // oldest first: asked for, and not all told or not yet learned from
    private readonly int metrics;
    private readonly int lag;
    private int next; // number of the next trial
    private int handed; // trials of the youngest generation that were asked for
    private int made; // generations

    /// <summary>For a new method.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="directions">Which values are better, for each metric.</param>
    /// <param name="lag">How many generations may be under way beside the one asked from: 0 waits for each to end, 1 keeps workers busy
    /// while its last trials run, and learns one generation later.</param>
    private protected GenerationalSampler(ParameterSpace space, IReadOnlyList<Direction> directions, int lag)
        : base(space)
    {
        Directions = [.. directions];
        metrics = directions.Count;
        this.lag = lag;
    }

    /// <summary>Which values are better, for each metric.</summary>
    public IReadOnlyList<Direction> Directions { get; }

    /// <inheritdoc/>
    public override bool IsExhausted => false;

    /// <inheritdoc/>
    public override IReadOnlyList<Trial> Ask(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        List<Trial> trials = [];
        while (trials.Count < count)
        {
            if ((waiting.Count == 0 || handed == waiting[^1].Trials.Length) && !Advance())
                break;
            int taken = Math.Min(count - trials.Count, waiting[^1].Trials.Length - handed);
            trials.AddRange(waiting[^1].Trials.AsSpan(handed, taken));
            handed += taken;
            next += taken;
        }

        return trials;
    }

    /// <inheritdoc/>
    public override void Tell(IReadOnlyList<TrialResult> results)
    {
        foreach (TrialResult result in results)
        {
            if (result.Number < 0 || result.Number >= next)
                throw new ArgumentException($"Trial {result.Number} was not asked for; the trials so far are 0 to {next - 1}.", nameof(results));
            if (result.Values.Count != metrics)
                throw new ArgumentException($"Trial {result.Number} has {result.Values.Count} values; give {metrics}, one for each metric.", nameof(results));
            if (waiting.Find(g => g.Holds(result.Number)) is { } generation)
                generation.Take(result.Number, Losses(result));
        }
    }

    /// <summary>The points of the next generation. Random numbers come from a stream of the generation, not from the state of a generator.</summary>
    /// <param name="generation">Its index, from 0.</param>
    /// <returns>Points that meet the constraints; none where the search is exhausted.</returns>
    private protected abstract IReadOnlyList<Point> Next(int generation);

    /// <summary>On which fraction of the range a generation runs.</summary>
    private protected virtual double BudgetOf(int generation) => 1;

    /// <summary>Takes a generation that is complete; called once for each, in order.</summary>
    /// <param name="trials">Its trials with their losses, in the order of their numbers.</param>
    private protected abstract void Learn(IReadOnlyList<Scored> trials);

    private bool Advance()
    {
        while (waiting.Count > lag && waiting[0].IsComplete)
        {
            Learn(waiting[0].Scored);
            waiting.RemoveAt(0);
        }

        if (waiting.Count > lag)
            return false;
        IReadOnlyList<Point> points = Next(made++);
        if (points.Count == 0)
            return false;
        waiting.Add(new Generation(next, points, BudgetOf(made - 1)));
        handed = 0;
        return true;
    }

    private double[] Losses(TrialResult result)
    {
        double[] losses = new double[metrics];
        for (int i = 0; i < metrics; i++)
        {
            double value = Directions[i] == Direction.Maximize ? -result.Values[i] : result.Values[i];
            losses[i] = double.IsFinite(value) ? value : double.PositiveInfinity;
        }

        return losses;
    }

    private sealed class Generation(int first, IReadOnlyList<Point> points, double budget)
    {
        private readonly double[]?[] losses = new double[]?[points.Count];
        private int told;

        public Trial[] Trials { get; } = [.. points.Select((point, i) => new Trial(first + i, point) { Budget = budget })];

        public bool IsComplete => told == losses.Length;

        public IReadOnlyList<Scored> Scored => [.. Trials.Select((trial, i) => new Scored(trial.Point, losses[i]!))];

        public bool Holds(int number) => number >= first && number < first + losses.Length;

        public void Take(int number, double[] values)
        {
            if (losses[number - first] is not null)
                return;
            losses[number - first] = values;
            told++;
        }
    }
}

/// <summary>A point and what it came to: for each metric a loss, the lower the better; positive infinity where it failed.</summary>
internal sealed record Scored(Point Point, double[] Losses)
{
    public double Loss => Losses[0];
}
