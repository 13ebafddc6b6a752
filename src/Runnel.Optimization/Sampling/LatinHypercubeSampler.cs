using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>A given number of points of which, for each parameter, one lies in each of as many equal stretches of its range. Points that a constraint
/// rules out are replaced by independent ones.</summary>
/// <remarks>Source: M. D. McKay, R. J. Beckman and W. J. Conover, A Comparison of Three Methods for Selecting Values of Input Variables in the Analysis
/// of Output from a Computer Code, Technometrics 21(2), 1979. Holds 4 bytes for each trial and parameter.</remarks>
public sealed class LatinHypercubeSampler : IndexedSampler
{
    private readonly ulong seed;
    private readonly int[][] strata;

    /// <summary>A sample.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="trials">How many points, at least 1.</param>
    /// <param name="seed">Another seed, other points.</param>
    public LatinHypercubeSampler(ParameterSpace space, int trials, ulong seed = 0)
        : base(space)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        (Count, this.seed) = (trials, seed);
        Xoshiro random = new(Streams.Of(seed, -1));
        strata = [.. space.Parameters.Select(_ => Shuffled(trials, ref random))];
    }

    /// <inheritdoc/>
    public override int Count { get; }

    private protected override Point PointAt(int number)
    {
        Xoshiro random = new(Streams.Of(seed, number));
        double[] unit = new double[strata.Length];
        for (int i = 0; i < unit.Length; i++)
            unit[i] = (strata[i][number] + random.NextUniform()) / Count;
        Point point = Space.FromUnit(unit);
        return Space.Admits(point) ? point : Space.Draw(ref random);
    }

    private static int[] Shuffled(int count, ref Xoshiro random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
