using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>Evolution: the better half of parents and children lives on, and its children are tried next. With several metrics it is NSGA-II, which
/// looks for the whole front of trials that no other beats; with one it is an elitist genetic algorithm.</summary>
/// <remarks>Source: K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, IEEE Transactions on
/// Evolutionary Computation 6(2), 2002.</remarks>
public sealed class GeneticSampler : GenerationalSampler
{
    private readonly GeneticOptions options;
    private readonly Variation variation;
    private readonly HashSet<Point> tried = [];
    private List<Scored> parents = []; // the best first, with rank and room beside
    private int[] ranks = [];
    private double[] rooms = [];

    /// <summary>A search.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="BacktestInputException">An option is out of range.</exception>
    public GeneticSampler(ParameterSpace space, GeneticOptions? options = null)
        : base(space, (options ??= new GeneticOptions()).Directions, lag: 0)
    {
        InputCheck.AtLeast("directions", options.Directions.Count, 1);
        InputCheck.AtLeast("population", options.Population, 4);
        InputCheck.Within("crossover", options.Crossover, 0, 1);
        InputCheck.Within("mutation", options.Mutation, 0, 1);
        this.options = options;
        variation = new Variation(space, options.Crossover, options.Mutation > 0 ? options.Mutation : 1.0 / space.Parameters.Count);
    }

    private protected override IReadOnlyList<Point> Next(int generation)
    {
        Point[] points = new Point[options.Population];
        if (generation == 0)
        {
            IndexedSampler start = new LatinHypercubeSampler(Space, points.Length, options.Seed);
            for (int i = 0; i < points.Length; i++)
                points[i] = start.At(i);
        }
        else
        {
            Xoshiro random = new(Streams.Of(options.Seed, generation));
            for (int i = 0; i < points.Length; i++)
                points[i] = NewChild(ref random);
        }

        tried.UnionWith(points);
        return points;
    }

    private protected override void Learn(IReadOnlyList<Scored> trials)
    {
        Scored[] all = [.. parents, .. trials];
        List<(Scored Trial, int Rank, double Room)> ranked = [];
        List<List<int>> fronts = ParetoFront.Sort([.. all.Select(t => t.Losses)]);
        for (int rank = 0; rank < fronts.Count && ranked.Count < options.Population; rank++)
        {
            double[] room = ParetoFront.Crowding([.. fronts[rank].Select(i => all[i].Losses)]);
            ranked.AddRange(fronts[rank].Select((i, k) => (all[i], rank, room[k])).OrderByDescending(t => t.Item3)); // stable
        }

        ranked.RemoveRange(options.Population, ranked.Count - options.Population);
        parents = [.. ranked.Select(r => r.Trial)];
        ranks = [.. ranked.Select(r => r.Rank)];
        rooms = [.. ranked.Select(r => r.Room)];
    }

    // A trial of the same point would come to the same; in a small space there may be no other left.
    private Point NewChild(ref Xoshiro random)
    {
        Point child = variation.Child(Winner(ref random), Winner(ref random), ref random);
        for (int i = 0; i < 20 && !tried.Add(child); i++)
            child = variation.Child(Winner(ref random), Winner(ref random), ref random);
        return child;
    }

    private Point Winner(ref Xoshiro random)
    {
        int one = random.NextIndex(parents.Count), other = random.NextIndex(parents.Count);
        bool first = ranks[one] != ranks[other] ? ranks[one] < ranks[other] : rooms[one] >= rooms[other];
        return parents[first ? one : other].Point;
    }
}
