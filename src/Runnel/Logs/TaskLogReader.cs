using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Logs;

/// <summary>Reads what handlers logged.</summary>
internal sealed class TaskLogReader(RunnelConnector connector)
{
    public async Task<TaskLog> ReadAsync(string id, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        Task<RedisValue> dropped = connection.CallAsync(redis => redis.HashGetAsync(connector.Keys.Record(id), "log_dropped"), cancellationToken);
        RedisValue[] lines = await connection.CallAsync(redis => redis.ListRangeAsync(connector.Keys.Log(id)), cancellationToken);
        return new TaskLog([.. lines.Select(line => Parse(line.ToString()))], (long)await dropped);
    }

    /// <summary>Reads <c>UNIX_MS ATTEMPT TEXT</c>.</summary>
    private static TaskLogLine Parse(string line)
    {
        string[] parts = line.Split(' ', 3);
        return new TaskLogLine(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0])), int.Parse(parts[1]), parts[2]);
    }
}
