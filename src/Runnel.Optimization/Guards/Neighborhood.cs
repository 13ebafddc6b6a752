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
        NeighborhoodSearch search = new(space, center, direction, radius);
        foreach ((Point point, double value) in trials)
            search.Add(point, value);
        return search.Result();
    }
}
