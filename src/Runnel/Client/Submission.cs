using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Submission of tasks for which one XADD is not enough: with an id of their own, for later, or into a bounded queue.</summary>
internal sealed class Submission(RunnelConnector connector)
{
    private static readonly Script Submit = new("submit.lua");

    /// <exception cref="QueueFullException">The queue holds as many tasks as it may.</exception>
    public async Task<string> SubmitAsync(IDatabase redis, int level, NameValueEntry[] fields, SubmitOptions options)
    {
        QueueKeys keys = connector.Keys;
        string id = options.Id ?? $"t{Guid.NewGuid():N}";
        List<RedisValue> values =
        [
            id, level + 1, QueueKeys.TaskIdOf(level, ""),
            options.Delay is { } delay ? (long)delay.TotalMilliseconds : "",
            options.DueAt is { } due ? due.ToUnixTimeMilliseconds() : "",
            connector.Options.MaxDepth is { } most ? most : "",
            keys.Control.ToString(), "id", id, "priority", (int)options.Priority,
        ];
        foreach (NameValueEntry field in fields)
            values.AddRange([field.Name, field.Value]);

        RedisResult reply = await Submit.RunAsync(redis, [keys.Record(id), keys.Result(id), keys.Delayed, keys.Stats, .. keys.Streams], [.. values]);
        return (int)reply[0] >= 0 ? id : throw new QueueFullException(keys.Queue, (long)reply[1], connector.Options.MaxDepth!.Value);
    }
}
