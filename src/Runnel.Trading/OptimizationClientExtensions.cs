namespace Runnel.Trading;

/// <summary>Commands for optimizations that run on a queue, by the id that their sender chose. To cancel one, cancel its task.</summary>
public static class OptimizationClientExtensions
{
    /// <summary>Has an optimization start no further chunk; those that run go on to their end, which is some seconds. What it found is kept. Lasts until
    /// resumed, and may be done before the optimization is submitted.</summary>
    /// <param name="client">A client of the optimization's queue.</param>
    /// <param name="optimizationId">As in the payload.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public static async Task PauseOptimizationAsync(this RunnelClient client, string optimizationId, CancellationToken cancellationToken = default)
    {
        string group = OptimizationTasks.GroupOf(optimizationId);
        await client.Flow.SetGroupAsync(group, (await client.Flow.GetGroupAsync(group, cancellationToken)).Weight, limit: 0, cancellationToken);
    }

    /// <summary>Ends a pause.</summary>
    /// <param name="client">A client of the optimization's queue.</param>
    /// <param name="optimizationId">As in the payload.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public static async Task ResumeOptimizationAsync(this RunnelClient client, string optimizationId, CancellationToken cancellationToken = default)
    {
        string group = OptimizationTasks.GroupOf(optimizationId);
        await client.Flow.SetGroupAsync(group, (await client.Flow.GetGroupAsync(group, cancellationToken)).Weight, limit: null, cancellationToken);
    }

    /// <summary>Sets an optimization's share of the workers while other groups of tasks wait too, also while it runs: 2 gets twice as many turns as 1.</summary>
    /// <param name="client">A client of the optimization's queue.</param>
    /// <param name="optimizationId">As in the payload.</param>
    /// <param name="weight">0.001 to 1,000; 1 unless set.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="PayloadException">The weight is out of its range.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public static async Task SetOptimizationWeightAsync(this RunnelClient client, string optimizationId, double weight, CancellationToken cancellationToken = default)
    {
        string group = OptimizationTasks.GroupOf(optimizationId);
        await client.Flow.SetGroupAsync(group, weight, (await client.Flow.GetGroupAsync(group, cancellationToken)).Limit, cancellationToken);
    }
}
