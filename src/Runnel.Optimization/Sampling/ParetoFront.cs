namespace Runnel.Optimization;

/// <summary>Compares trials by several metrics at once.</summary>
public static class ParetoFront
{
    /// <summary>The trials that no other trial beats: none is as good in every metric and better in one.</summary>
    /// <param name="results">Trials with a value for each metric; one with a value that is not finite is never on the front.</param>
    /// <param name="directions">Which values are better, for each metric.</param>
    /// <returns>Those on the front, by number. Of trials with the same values all are.</returns>
    public static IReadOnlyList<TrialResult> Of(IReadOnlyList<TrialResult> results, IReadOnlyList<Direction> directions)
    {
        FrontSearch search = new(directions);
        foreach (TrialResult result in results)
            search.Add(result);
        return search.Result();
    }

    /// <summary>The area (volume) that a front covers up to a reference point: higher is better in every respect at once.</summary>
    /// <param name="front">Two values for each trial, lower being better.</param>
    /// <param name="reference">A point that is worse than all; what lies beyond it does not count.</param>
    /// <returns>The area.</returns>
    /// <remarks>Source: E. Zitzler and L. Thiele, Multiobjective Evolutionary Algorithms: A Comparative Case Study, IEEE TEC 3(4), 1999. Two
    /// metrics only.</remarks>
    public static double Hypervolume(IEnumerable<(double First, double Second)> front, (double First, double Second) reference)
    {
        double area = 0, lowest = reference.Second;
        foreach ((double first, double second) in front.Where(f => f.First < reference.First).OrderBy(f => f.First).ThenBy(f => f.Second))
        {
            if (second >= lowest)
                continue;
            area += (reference.First - first) * (lowest - second);
            lowest = second;
        }

        return area;
    }

    internal static bool Dominates(double[] left, double[] right)
    {
        bool better = false;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] > right[i])
                return false;
            better |= left[i] < right[i];
        }

        return better;
    }

    /// <summary>Fronts one behind the other: the indices on the first, then those on the first of what is left, and so on.</summary>
    internal static List<List<int>> Sort(IReadOnlyList<double[]> losses)
    {
        int[] dominators = new int[losses.Count];
        List<int>[] beaten = [.. losses.Select(_ => new List<int>())];
        for (int i = 0; i < losses.Count; i++)
        {
            for (int j = 0; j < losses.Count; j++)
            {
                if (Dominates(losses[i], losses[j]))
                {
                    beaten[i].Add(j);
                    dominators[j]++;
                }
            }
        }

        List<List<int>> fronts = [];
        List<int> front = [.. Enumerable.Range(0, losses.Count).Where(i => dominators[i] == 0)];
        while (front.Count > 0)
        {
            fronts.Add(front);
            front = [.. front.SelectMany(i => beaten[i]).Where(j => --dominators[j] == 0).Order()];
        }

        return fronts;
    }

    /// <summary>How much room a trial has on its front: the sum over metrics of the distance between its neighbors, as a fraction of the front's
    /// range; infinite at the ends.</summary>
    internal static double[] Crowding(IReadOnlyList<double[]> losses)
    {
        double[] room = new double[losses.Count];
        for (int metric = 0; metric < losses[0].Length; metric++)
        {
            int[] order = [.. Enumerable.Range(0, losses.Count).OrderBy(i => losses[i][metric])];
            double range = losses[order[^1]][metric] - losses[order[0]][metric];
            (room[order[0]], room[order[^1]]) = (double.PositiveInfinity, double.PositiveInfinity);
            for (int i = 1; i < order.Length - 1 && range > 0 && double.IsFinite(range); i++)
                room[order[i]] += (losses[order[i + 1]][metric] - losses[order[i - 1]][metric]) / range;
        }

        return room;
    }
}
