using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>Tree-structured Parzen estimator: models where the best tenth of the trials lies and where the others lie, and tries what the first makes
/// likely and the second does not. For up to some thousand trials of any space: conditions, choices and logarithms are at home here.</summary>
/// <remarks>Source: J. Bergstra, R. Bardenet, Y. Bengio and B. Kegl, Algorithms for Hyper-Parameter Optimization, NIPS 2011; all parameters together as
/// in S. Falkner, A. Klein and F. Hutter, BOHB, ICML 2018. Trials under way count as bad ones, so that workers spread. A point is not asked for twice
/// as long as the candidates hold another.</remarks>
public sealed class TpeSampler : GenerationalSampler
{
    private const int MostGood = 25;
    private readonly TpeOptions options;
    private readonly List<Scored> history = [];
    private readonly Queue<IReadOnlyList<Point>> underWay = [];
    private readonly HashSet<Point> tried = [];
    private readonly IndexedSampler start;
    private int started;

    /// <summary>A search.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="BacktestInputException">An option is out of range.</exception>
    public TpeSampler(ParameterSpace space, TpeOptions? options = null)
        : base(space, [(options ??= new TpeOptions()).Direction], options.Lag)
    {
        InputCheck.AtLeast("startup", options.Startup, 2);
        InputCheck.AtLeast("batch_size", options.BatchSize, 1);
        InputCheck.AtLeast("lag", options.Lag, 0);
        InputCheck.AtLeast("candidates", options.Candidates, 1);
        this.options = options;
        start = space.Parameters.Count <= SobolSampler.MostParameters ? new SobolSampler(space, options.Seed) : new RandomSampler(space, options.Seed);
    }

    private protected override IReadOnlyList<Point> Next(int generation)
    {
        Point[] points = new Point[generation == 0 ? options.Startup : options.BatchSize];
        Xoshiro random = new(Streams.Of(options.Seed, generation));
        if (history.Count < 2)
        {
            for (int i = 0; i < points.Length; i++)
                points[i] = start.At(started++);
        }
        else
        {
            List<Point> bad = [.. underWay.SelectMany(p => p)];
            Scored[] sorted = [.. history.OrderBy(s => s.Loss)]; // stable: the earlier trial first on a tie
            int good = Math.Clamp((sorted.Length + 9) / 10, 1, MostGood);
            while (good > 1 && double.IsPositiveInfinity(sorted[good - 1].Loss))
                good--;
            ParzenEstimator best = new(Space, [.. sorted[..good].Select(s => s.Point)]);
            for (int i = 0; i < points.Length; i++)
            {
                ParzenEstimator others = new(Space, [.. sorted[good..].Select(s => s.Point), .. bad]);
                points[i] = Pick(best, others, ref random);
                tried.Add(points[i]);
                bad.Add(points[i]);
            }
        }

        tried.UnionWith(points);
        underWay.Enqueue(points);
        return points;
    }

    private protected override void Learn(IReadOnlyList<Scored> trials)
    {
        history.AddRange(trials);
        underWay.Dequeue();
    }

    private Point Pick(ParzenEstimator best, ParzenEstimator others, ref Xoshiro random)
    {
        Point? pick = null;
        double highest = double.NegativeInfinity;
        for (int i = 0; i < options.Candidates * 4; i++)
        {
            if (i >= options.Candidates && pick is not null)
                break;
            Point candidate = best.Draw(ref random);
            if (tried.Contains(candidate) || !Space.Admits(candidate))
                continue;
            double score = best.LogDensity(candidate) - others.LogDensity(candidate);
            if (score > highest)
                (pick, highest) = (candidate, score);
        }

        return pick ?? Space.Draw(ref random);
    }
}
