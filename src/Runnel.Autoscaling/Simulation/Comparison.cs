namespace Runnel.Autoscaling.Simulation;

/// <summary>The same traces against our policy and two others.</summary>
public static class Comparison
{
    /// <summary>Fresh rules, ours first.</summary>
    public static IReadOnlyList<IScalingRule> Rules(ScalingOptions options) => [new RunnelRule(options), new ThresholdRule(options), new HorizontalPodRule(options)];

    /// <summary>Runs one trace against each rule.</summary>
    /// <exception cref="RunnelException">The trace cannot be run.</exception>
    public static IReadOnlyList<SimulationResult> Run(SimulationSetup setup, IReadOnlyList<SimulatedTask> trace) =>
        [.. Rules(setup.Scaling).Select(rule => Simulator.Run(setup, rule, trace))];

    /// <summary>Results of one rule on several traces as one: sums, the highest peak and longest wait, and medians of the other waits.</summary>
    public static SimulationResult Sum(IReadOnlyList<SimulationResult> results)
    {
        ArgumentOutOfRangeException.ThrowIfZero(results.Count);
        return results[0] with
        {
            Tasks = results.Sum(result => result.Tasks),
            Misses = results.Sum(result => result.Misses),
            WorkerHours = results.Sum(result => result.WorkerHours),
            Changes = results.Sum(result => result.Changes),
            Peak = results.Max(result => result.Peak),
            MedianWait = Median(results.Select(result => result.MedianWait)),
            Wait95 = Median(results.Select(result => result.Wait95)),
            LongestWait = results.Max(result => result.LongestWait),
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
