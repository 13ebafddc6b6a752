using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>Every combination of the parameters' values, the last parameter fastest, without those that a constraint rules out. Where a parameter
/// has no part, its values make no further combinations.</summary>
public sealed class GridSampler : IndexedSampler
{
    /// <summary>Most combinations of a grid before its constraints.</summary>
    public const int Limit = 100_000_000;

    private readonly int[] counts;
    private readonly AdmittedIndex? admitted; // 19 MB at the limit; null where all are

    /// <summary>A grid.</summary>
    /// <param name="space">What may be tried; every parameter needs a number of values (a list, whole numbers, or a step).</param>
    /// <exception cref="BacktestInputException">A parameter is a continuum, there are too many combinations, or the constraints leave none.</exception>
    public GridSampler(ParameterSpace space)
        : base(space)
    {
        double product = 1;
        foreach (Parameter parameter in space.Parameters)
        {
            product *= parameter.Count ?? throw new BacktestInputException($"param_space.{parameter.Name}.step", null,
                "Give a step or a list of values for a grid, or use a method that samples.");
        }

        if (product > Limit)
            throw new BacktestInputException("param_space", $"a grid of {product} combinations", $"Give at most {Limit}: fewer values, or a method that samples.");
        counts = [.. space.Parameters.Select(p => p.Count!.Value)];
        Count = (int)product;
        if (space.Constraints.Count == 0 && !space.IsConditional)
            return;
        admitted = new AdmittedIndex(IsAdmitted, Count);
        Count = admitted.CountAll();
        if (Count == 0)
            throw new BacktestInputException("constraints", $"met by none of {product} combinations", "Loosen a constraint or give more values.");
    }

    /// <inheritdoc/>
    public override int Count { get; }

    private protected override Point PointAt(int number) => admitted is null
        ? new Point(Lattice(number))
        : Space.Normalize(Lattice((int)admitted.PlaceOf(number)));

    private bool IsAdmitted(long place)
    {
        double[] numbers = Lattice((int)place);
        Point point = Space.Normalize(numbers);
        for (int i = 0; i < numbers.Length; i++)
        {
            if (double.IsNaN(point.Numbers[i]) && numbers[i] != Space.Parameters[i].At(0))
                return false; // the same combination as the one with the first value here
        }

        return Space.Admits(point);
    }

    private double[] Lattice(int place)
    {
        double[] numbers = new double[counts.Length];
        for (int i = counts.Length - 1; i >= 0; i--)
        {
            numbers[i] = Space.Parameters[i].At(place % counts[i]);
            place /= counts[i];
        }

        return numbers;
    }
}
