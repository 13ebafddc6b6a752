using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Submission of tasks for which one XADD is not enough: with an id of their own, for later, unique, subject to flow control, or
/// into a bounded queue.</summary>
internal sealed class Submission(RunnelConnector connector, RunnelMetrics metrics)
{
    private static readonly Script Submit = new("submit.lua", [.. ScriptLibraries.Taking, .. ScriptLibraries.Results]);

    /// <exception cref="QueueFullException">The queue holds as many tasks as it may.</exception>
    /// <exception cref="DuplicateTaskException">Another task holds the unique key, and that is to be an error.</exception>
    public async Task<string> SubmitAsync(IDatabase redis, string type, int level, NameValueEntry[] fields, SubmitOptions options)
    {
        QueueKeys keys = connector.Keys;
        string id = options.Id ?? $"t{Guid.NewGuid():N}";
        List<RedisValue> values =
        [
            id, level + 1, QueueKeys.TaskIdOf(level, ""),
            options.Delay is { } delay ? (long)delay.TotalMilliseconds : "",
            options.DueAt is { } due ? due.ToUnixTimeMilliseconds() : "",
            connector.Options.MaxDepth is { } most ? most : "",
            keys.Control.ToString(), keys.Group, options.Unique is { } unique ? unique.ToWire() : "",
            options.Unique?.Conflict switch { UniqueConflict.ReturnExisting => "existing", UniqueConflict.Replace => "replace", _ => "reject" },
            options.Unique?.Scope.Window is { } window ? (long)Math.Ceiling(window.TotalMilliseconds) : "",
            options.NeedsTurn ? QueueKeys.LaneOf(options.Priority, options.Group, type, options.RateKey) : "",
            "id", id, "priority", (int)options.Priority,
        ];
        foreach (NameValueEntry field in fields)
            values.AddRange([field.Name, field.Value]);

        RedisResult reply = await Submit.RunAsync(redis, [keys.Record(id), keys.Delayed, keys.Stats, .. keys.Streams], [.. values]);
        if ((int)reply[0] == 1) // else it is no new task
            metrics.Submitted.Add(1);
        return (int)reply[0] switch
        {
            0 or 1 => id,
            2 => (string)reply[1]!,
            -2 when options.Unique!.Conflict == UniqueConflict.ReturnExisting => (string)reply[1]!,
            -2 => throw new DuplicateTaskException(options.Unique.Key, (string)reply[1]!),
            _ => throw new QueueFullException(keys.Queue, (long)reply[1], connector.Options.MaxDepth!.Value),
        };
    }
}
