using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>Runs many points on a short range, the best of them on a longer one, and so on: successive halving, or Hyperband, which repeats it with
/// fewer points and longer first ranges, for the case that short ranges mislead. Each run is a trial with a number of its own; only values
/// of trials with <see cref="Trial.Budget"/> 1 are of the whole range.</summary>
/// <remarks>Sources: K. Jamieson and A. Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, AISTATS 2016; L. Li,
/// K. Jamieson, G. DeSalvo, A. Rostamizadeh and A. Talwalkar, Hyperband, Journal of Machine Learning Research 18, 2018. A strategy's value on a
/// part of the range is a weaker guide than a network's loss in an early epoch: markets change.</remarks>
public sealed class HalvingSampler : GenerationalSampler
{
    private readonly SobolSampler? even;
    private readonly RandomSampler random;
    private IReadOnlyList<Scored> last = [];
    private int drawn;
    private bool exhausted;

    private HalvingSampler(ParameterSpace space, IReadOnlyList<Rung> rungs, Direction direction, ulong seed)
        : base(space, [direction], lag: 0)
    {
        Rungs = rungs;
        random = new RandomSampler(space, seed);
        even = space.Parameters.Count <= SobolSampler.MostParameters ? new SobolSampler(space, seed) : null;
    }

    /// <summary>What is run, in order.</summary>
    public IReadOnlyList<Rung> Rungs { get; }

    /// <summary>How many trials all rungs have.</summary>
    public int Count => Rungs.Sum(r => r.Trials);

    /// <inheritdoc/>
    public override bool IsExhausted => exhausted;

    /// <summary>One bracket.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="points">How many points start, at least 2.</param>
    /// <param name="firstBudget">Fraction of the range on which they start, from above 0 to below 1; raised so that the last rung has 1.</param>
    /// <param name="factor">Of a rung's points one in so many goes on, to a range so many times as long. At least 2.</param>
    /// <param name="direction">Whether higher or lower values are better.</param>
    /// <param name="seed">Another seed, other points.</param>
    /// <returns>The sampler.</returns>
    /// <exception cref="BacktestInputException">An argument is out of range.</exception>
    public static HalvingSampler SuccessiveHalving(ParameterSpace space, int points, double firstBudget = 1.0 / 9, int factor = 3,
        Direction direction = Direction.Maximize, ulong seed = 0)
    {
        InputCheck.AtLeast("points", points, 2);
        return new HalvingSampler(space, [.. Bracket(0, points, Steps(firstBudget, factor), factor)], direction, seed);
    }

    /// <summary>Brackets from the shortest first range to the whole one, each with about the same cost.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="firstBudget">Fraction of the range on which the first bracket starts, from above 0 to below 1.</param>
    /// <param name="factor">Of a rung's points one in so many goes on, to a range so many times as long. At least 2.</param>
    /// <param name="direction">Whether higher or lower values are better.</param>
    /// <param name="seed">Another seed, other points.</param>
    /// <returns>The sampler.</returns>
    /// <exception cref="BacktestInputException">An argument is out of range.</exception>
    public static HalvingSampler Hyperband(ParameterSpace space, double firstBudget = 1.0 / 27, int factor = 3,
        Direction direction = Direction.Maximize, ulong seed = 0)
    {
        int most = Steps(firstBudget, factor);
        List<Rung> rungs = [];
        for (int steps = most; steps >= 0; steps--)
        {
            int points = (most + 1) * Whole(factor, steps); // ceil((most + 1) / (steps + 1) * factor^steps)
            rungs.AddRange(Bracket(most - steps, (points + steps) / (steps + 1), steps, factor));
        }

        return new HalvingSampler(space, rungs, direction, seed);
    }

    private protected override IReadOnlyList<Point> Next(int generation)
    {
        if (generation >= Rungs.Count)
        {
            exhausted = true;
            return [];
        }

        Rung rung = Rungs[generation];
        if (generation > 0 && Rungs[generation - 1].Bracket == rung.Bracket)
            return [.. last.OrderBy(t => t.Loss).Take(rung.Trials).Select(t => t.Point)]; // stable
        Point[] points = new Point[rung.Trials];
        for (int i = 0; i < points.Length; i++)
            points[i] = (even ?? (IndexedSampler)random).At(drawn++);
        return points;
    }

    private protected override double BudgetOf(int generation) => Rungs[generation].Budget;

    private protected override void Learn(IReadOnlyList<Scored> trials) => last = trials;

    private static int Steps(double firstBudget, int factor)
    {
        InputCheck.Within("factor", factor, 2, 100);
        InputCheck.Within("first_budget", firstBudget, 1e-6, 0.999999);
        int steps = 0;
        while (1.0 / Whole(factor, steps + 1) >= firstBudget * (1 - 1e-9))
            steps++;
        return Math.Max(steps, 1);
    }

    private static IEnumerable<Rung> Bracket(int index, int points, int steps, int factor)
    {
        for (int step = 0; step <= steps; step++)
        {
            int trials = Math.Max(1, points / Whole(factor, step));
            yield return new Rung(index, trials, 1.0 / Whole(factor, steps - step));
        }
    }

    private static int Whole(int factor, int power) => power == 0 ? 1 : factor * Whole(factor, power - 1);
}
