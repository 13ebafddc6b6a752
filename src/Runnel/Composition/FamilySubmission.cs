using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Composition;

/// <summary>Submission of tasks that wait until others have ended.</summary>
internal sealed class FamilySubmission(RunnelConnector connector, RunnelMetrics metrics)
{
    /// <summary>Children of one parent: the script that ends it releases all of them, and must stay short.</summary>
    public const int MostChildren = 1000;
    private static readonly Script SubmitAfter = new("submit-after.lua", ["lib-family.lua", .. ScriptLibraries.Results]);

    /// <exception cref="QueueFullException">The queue holds as many tasks as it may.</exception>
    /// <exception cref="PayloadException">A parent is unknown or has too many children.</exception>
    public async Task<string> SubmitAsync(IDatabase redis, NameValueEntry[] fields, SubmitOptions options)
    {
        QueueKeys keys = connector.Keys;
        RunnelOptions queue = connector.Options;
        string id = options.Id ?? $"t{Guid.NewGuid():N}";
        string[] parents = [.. options.After!.Distinct(StringComparer.Ordinal)];
        List<RedisValue> values =
        [
            id, queue.MaxDepth is { } most ? most : "", options.AfterFailure == ParentFailurePolicy.Run ? "run" : "cancel",
            (long)(options.Delay ?? TimeSpan.Zero).TotalMilliseconds, options.DueAt?.ToUnixTimeMilliseconds() ?? 0,
            (long)queue.ResultRetention.TotalMilliseconds, queue.CompletedFeedLength, MostChildren, parents.Length,
        ];
        foreach (string parent in parents)
        {
            bool named = QueueKeys.TryParse(parent, out int level, out string entryId);
            values.AddRange([parent, named ? level : "", named ? entryId : ""]);
        }

        values.AddRange(["id", id, "priority", (int)options.Priority]);
        foreach (NameValueEntry field in fields)
            values.AddRange([field.Name, field.Value]);

        RedisResult reply = await SubmitAfter.RunAsync(redis, [keys.Record(id), keys.Delayed, keys.Stats, .. keys.Streams], [.. values]);
        if ((int)reply[0] == 1) // else it is no new task
            metrics.Submitted.Add(1);
        return (int)reply[0] switch
        {
            0 or 1 => id,
            -1 => throw new QueueFullException(keys.Queue, (long)reply[1], queue.MaxDepth!.Value),
            -2 => throw new PayloadException("after", $"after names the task '{(string?)reply[1]}', which the queue {keys.Queue} does not know; "
                + "check the id and the queue, or its retention is over."),
            _ => throw new PayloadException("after", $"after names the task '{(string?)reply[1]}', for which {MostChildren} tasks wait already; "
                + "have a task in between wait for it, and the others for that one."),
        };
    }
}
