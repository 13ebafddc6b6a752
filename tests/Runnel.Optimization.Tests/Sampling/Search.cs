namespace Runnel.Optimization.Tests.Sampling;

internal delegate double Function(ReadOnlySpan<double> x);

/// <summary>Runs a sampler as a parent task would.</summary>
internal static class Search
{
    /// <summary>The lowest loss of the first trials, one at a time.</summary>
    public static double Lowest(Sampler sampler, Function function, int trials) => Losses(sampler, function, trials).Min();

    /// <summary>The losses of trials in the order of their numbers; up to <paramref name="workers"/> of them run at once and end in a random order.</summary>
    public static double[] Losses(Sampler sampler, Function function, int trials, int workers = 1, int seed = 0) =>
        [.. Run(sampler, function, trials, workers, seed).Select(t => t.Loss)];

    public static List<(Trial Trial, double Loss)> Run(Sampler sampler, Function function, int trials, int workers = 1, int seed = 0)
    {
        Random random = new(seed);
        SortedDictionary<int, (Trial, double)> done = [];
        List<Trial> running = [];
        int asked = 0;
        while (done.Count < trials)
        {
            IReadOnlyList<Trial> next = sampler.Ask(Math.Min(workers - running.Count, trials - asked));
            asked += next.Count;
            running.AddRange(next);
            Trial ended = running[random.Next(running.Count)];
            running.Remove(ended);
            double loss = function(ended.Point.Numbers);
            done[ended.Number] = (ended, loss);
            sampler.Tell([new TrialResult(ended.Number, loss)]);
        }

        return [.. done.Values];
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
