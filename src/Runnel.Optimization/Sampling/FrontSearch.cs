namespace Runnel.Optimization;

/// <summary>Keeps those of many trials that no other beats, while they pass by one at a time: only the front so far is held. Not thread-safe.</summary>
/// <param name="directions">Which values are better, for each metric.</param>
public sealed class FrontSearch(IReadOnlyList<Direction> directions)
{
    private readonly List<(TrialResult Result, double[] Losses)> front = [];

    /// <summary>Takes a trial.</summary>
    /// <param name="result">Its values, one for each metric; one that is not finite keeps it from the front.</param>
    /// <returns>Whether it is on the front so far.</returns>
    /// <exception cref="ArgumentException">The number of values is not that of the metrics.</exception>
    public bool Add(TrialResult result)
    {
        if (result.Values.Count != directions.Count)
            throw new ArgumentException($"Trial {result.Number} has {result.Values.Count} values; give {directions.Count}, one for each metric.", nameof(result));
        double[] losses = [.. result.Values.Select((value, i) => directions[i] == Direction.Maximize ? -value : value)];
        if (!losses.All(double.IsFinite) || front.Exists(other => ParetoFront.Dominates(other.Losses, losses)))
            return false;
        front.RemoveAll(other => ParetoFront.Dominates(losses, other.Losses));
        front.Add((result, losses));
        return true;
    }

    /// <summary>The front of the trials so far.</summary>
    /// <returns>By number. Of trials with the same values all are on it.</returns>
    public IReadOnlyList<TrialResult> Result() => [.. front.Select(f => f.Result).OrderBy(r => r.Number)];
}
