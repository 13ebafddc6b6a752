using Runnel.Scaling;

namespace Runnel.Autoscaling;

/// <summary>The decisions that a queue's autoscalers recorded; Redis keeps about the last thousand.</summary>
public static class DecisionLog
{
    /// <summary>Reads the newest ones, newest first.</summary>
    /// <returns>Of each its names and values: at_ms (Unix ms, UTC), autoscaler, from, to, reason, why, and what was measured, in tasks and seconds.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> ReadAsync(RunnelClient client, int count, CancellationToken cancellationToken = default) =>
        await ScalingLead.HistoryAsync(client.Connector, count, cancellationToken);
}
