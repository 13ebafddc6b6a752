namespace Runnel.Optimization;

/// <summary>Looks around a trial while the others pass by one at a time, so that many of them need not be held: eight bytes are kept for each. Not thread-safe.</summary>
public sealed class NeighborhoodSearch
{
    private readonly ParameterSpace space;
    private readonly Point center;
    private readonly int radius;
    private readonly double sign;
    private readonly List<double> gains = [];
    private readonly List<double> near = [];

    /// <summary>A search.</summary>
    /// <param name="space">The space that was searched.</param>
    /// <param name="center">The point to look around.</param>
    /// <param name="direction">Whether higher or lower values are better.</param>
    /// <param name="radius">As for <see cref="Neighborhood.Of"/>.</param>
    /// <exception cref="Runnel.Backtesting.BacktestInputException">The radius is below 1.</exception>
    public NeighborhoodSearch(ParameterSpace space, Point center, Direction direction = Direction.Maximize, int radius = 1)
    {
        InputCheck.AtLeast("radius", radius, 1);
        (this.space, this.center, this.radius, sign) = (space, center, radius, direction == Direction.Maximize ? 1 : -1);
    }

    /// <summary>Takes a trial, the one in the middle among them.</summary>
    /// <param name="point">Its point.</param>
    /// <param name="value">Its value; one that is not finite counts as the worst.</param>
    public void Add(Point point, double value)
    {
        double gain = double.IsFinite(value) ? sign * value : double.NegativeInfinity;
        gains.Add(gain);
        if (!point.Equals(center) && IsNear(space, point, center, radius))
            near.Add(gain);
    }

    /// <summary>What was found among the trials so far.</summary>
    /// <returns>The neighborhood.</returns>
    public Neighborhood Result()
    {
        if (near.Count == 0)
            return new Neighborhood(0, double.NaN, double.NaN, double.NaN);
        double[] sorted = [.. gains];
        Array.Sort(sorted);
        double score = near.Average(gain => (Below(sorted, gain) + (Equal(sorted, gain) - 1) / 2.0) / (sorted.Length - 1));
        return new Neighborhood(near.Count, sign * near.Average(), sign * near.Min(), score);
    }

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
