using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Scaling;

/// <summary>Who leads, after asking for the lead.</summary>
/// <param name="IsMine">Whether we do.</param>
/// <param name="Term">Number of the term; grows each time the lead changes hands.</param>
/// <param name="Holder">Who leads.</param>
internal readonly record struct Lead(bool IsMine, long Term, string Holder);

/// <summary>The lead among a queue's autoscalers that keep workers for the same types: a lease with a term number, which fences what a former leader still writes.</summary>
internal sealed class ScalingLead(RunnelConnector connector, string name, TimeSpan lease, IReadOnlyList<string> types)
{
    private const int KeptDecisions = 1000;
    private static readonly Script LeadScript = new("lead.lua");
    private static readonly Script Scaled = new("scaled.lua");

    private RedisKey Key => connector.Keys.Scaler(types);

    /// <summary>Takes the lead if nobody has it, or keeps it.</summary>
    public async Task<Lead> TakeAsync(CancellationToken cancellationToken)
    {
        RedisResult reply = await CallAsync(LeadScript, [Key], [name, (long)lease.TotalMilliseconds, ""], cancellationToken);
        return new Lead((int)reply[0] == 1, (long)reply[1], (string)reply[2]!);
    }

    /// <summary>Gives the lead up, so that another one need not wait for the lease to run out.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) =>
        CallAsync(LeadScript, [Key], [name, (long)lease.TotalMilliseconds, "leave"], cancellationToken);

    /// <summary>Records a decision. False where we do not lead any more: then it must not be acted on.</summary>
    public async Task<bool> RecordAsync(long term, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken) =>
        (int)await CallAsync(Scaled, [Key, connector.Keys.Scaling], [name, term, KeptDecisions, .. fields.SelectMany(field => new RedisValue[] { field.Key, field.Value })], cancellationToken) == 1;

    /// <summary>The newest decisions, newest first.</summary>
    public static async Task<IReadOnlyList<Dictionary<string, string>>> HistoryAsync(RunnelConnector connector, int count, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        StreamEntry[] entries = await connection.CallAsync(
            redis => redis.StreamRangeAsync(connector.Keys.Scaling, count: count, messageOrder: Order.Descending), cancellationToken);
        return [.. entries.Select(entry => entry.Values.ToDictionary(value => value.Name.ToString(), value => value.Value.ToString(), StringComparer.Ordinal))];
    }

    private async Task<RedisResult> CallAsync(Script script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => script.RunAsync(redis, keys, values), cancellationToken);
    }
}
