using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>How the trials next to one did: a peak among poor neighbors is luck, a plateau is not so easily.</summary>
/// <param name="Neighbors">Trials within the radius, without the one in the middle.</param>
/// <param name="Mean">Mean of their values; NaN where there are none.</param>
/// <param name="Worst">The worst of them; NaN where there are none.</param>
/// <param name="Score">Mean share of all other trials that a neighbor is better than: 1 where the neighbors are the best of all, about 0.5 where they
/// are like any others; NaN where there are none. Knows no unit, so that metrics compare.</param>
/// <remarks>After R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008, chapter 12, which looks for plateaus by eye.</remarks>
public sealed record Neighborhood(int Neighbors, double Mean, double Worst, double Score)
{
    /// <summary>Looks around a trial.</summary>
    /// <param name="space">The space that was searched.</param>
    /// <param name="trials">All trials with their values; those that are not finite count as the worst.</param>
    /// <param name="center">The point to look around.</param>
    /// <param name="direction">Whether higher or lower values are better.</param>
    /// <param name="radius">A neighbor differs in no parameter by more than so many steps, or for a continuum by more than so many twentieths of its
    /// range (or of its logarithm); and in no choice that has no order.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="BacktestInputException">The radius is below 1.</exception>
    public static Neighborhood Of(ParameterSpace space, IReadOnlyList<(Point Point, double Value)> trials, Point center,
        Direction direction = Direction.Maximize, int radius = 1)
    {
        InputCheck.AtLeast("radius", radius, 1);
        double sign = direction == Direction.Maximize ? 1 : -1;
        double[] sorted = [.. trials.Select(t => Gain(t.Value, sign)).Order()];
        List<double> near = [.. trials.Where(t => !t.Point.Equals(center) && IsNear(space, t.Point, center, radius)).Select(t => Gain(t.Value, sign))];
        if (near.Count == 0)
            return new Neighborhood(0, double.NaN, double.NaN, double.NaN);
        double score = near.Average(gain => (Below(sorted, gain) + (Equal(sorted, gain) - 1) / 2.0) / (sorted.Length - 1));
        return new Neighborhood(near.Count, sign * near.Average(), sign * near.Min(), score);
    }

    private static double Gain(double value, double sign) => double.IsFinite(value) ? sign * value : double.NegativeInfinity;

    private static bool IsNear(ParameterSpace space, Point point, Point center, int radius)
    {
        for (int i = 0; i < space.Parameters.Count; i++)
        {
            double a = point.Numbers[i], b = center.Numbers[i];
            if (double.IsNaN(a) || double.IsNaN(b))
            {
                if (double.IsNaN(a) != double.IsNaN(b))
                    return false;
                continue;
            }

            Parameter parameter = space.Parameters[i];
            if (!parameter.IsOrdered ? a != b
                : parameter.Count is null || parameter.IsLog ? Math.Abs(parameter.ToUnit(a) - parameter.ToUnit(b)) > radius / 20.0 + 1e-12
                : Math.Abs(parameter.IndexOf(a) - parameter.IndexOf(b)) > radius)
                return false;
        }

        return true;
    }

    private static int Below(double[] sorted, double value) => sorted.AsSpan().IndexOfAnyInRange(value, double.PositiveInfinity) is var first && first >= 0 ? first : sorted.Length;

    private static int Equal(double[] sorted, double value) => sorted.AsSpan().Count(value);
}
