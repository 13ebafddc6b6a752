using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>Points of a scrambled Sobol sequence: as random as those of <see cref="RandomSampler"/>, but without clusters and gaps, however many one
/// takes. Points that a constraint rules out are passed over.</summary>
/// <remarks>Source: I. M. Sobol, On the Distribution of Points in a Cube and the Approximate Evaluation of Integrals, 1967; S. Joe and F. Y. Kuo, 2008.
/// With constraints, the first call for a high number looks through all the points before it.</remarks>
public sealed class SobolSampler : IndexedSampler
{
    /// <summary>Most parameters of a space.</summary>
    public static int MostParameters => SobolSequence.MostDimensions;

    private const int Patience = 1_000_000;
    private readonly SobolSequence sequence;
    private readonly AdmittedIndex? admitted;

    /// <summary>A sequence.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="seed">Another seed, other points.</param>
    /// <exception cref="BacktestInputException">The space has more parameters than <see cref="MostParameters"/>.</exception>
    public SobolSampler(ParameterSpace space, ulong seed = 0)
        : base(space)
    {
        if (space.Parameters.Count > MostParameters)
        {
            throw new BacktestInputException("param_space", $"of {space.Parameters.Count} parameters",
                $"Give at most {MostParameters} for a Sobol sequence, or use Latin hypercube or random sampling.");
        }

        sequence = new SobolSequence(space.Parameters.Count, seed);
        if (space.Constraints.Count > 0)
            admitted = new AdmittedIndex(place => Space.Admits(Place((uint)place)), uint.MaxValue);
    }

    /// <inheritdoc/>
    public override int Count => int.MaxValue;

    private protected override Point PointAt(int number)
    {
        if (admitted is null)
            return Place((uint)number);
        long place = admitted.PlaceOf(number, Patience);
        return place >= 0 ? Place((uint)place) : throw new BacktestInputException(
            "constraints", $"met by none of {Patience} points in a row", "Loosen a constraint or narrow the ranges.");
    }

    private Point Place(uint index)
    {
        Span<double> unit = stackalloc double[Space.Parameters.Count];
        sequence.At(index, unit);
        return Space.FromUnit(unit);
    }
}
