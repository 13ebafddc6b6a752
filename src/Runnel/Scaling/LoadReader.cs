using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Scaling;

internal static class LoadReader
{
    private static readonly Script Load = new("load.lua");

    public static async Task<QueueLoad> ReadAsync(RunnelConnector connector, CancellationToken cancellationToken)
    {
        QueueKeys keys = connector.Keys;
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        RedisResult reply = await connection.CallAsync(redis => Load.RunAsync(
            redis, [.. keys.Streams, keys.Delayed, keys.Schedules, keys.Workers, keys.Paused, keys.Service, keys.Stats], [keys.Group]), cancellationToken);
        long now = (long)reply[0];
        Dictionary<string, RedisValue> service = RedisText.ToFields(reply[7]);
        return new QueueLoad
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(now),
            Paused = (int)reply[1] == 1,
            Waiting = (long)reply[2],
            OldestWaiting = (string?)reply[3] is { Length: > 0 } since ? TimeSpan.FromMilliseconds(Math.Max(0, now - double.Parse(since))) : TimeSpan.Zero,
            Running = (long)reply[4],
            Workers = (int)reply[5],
            Slots = (int)reply[6],
            Ended = (long)reply[8],
            BusyTime = TimeSpan.FromMicroseconds((long)service.GetValueOrDefault("busy")),
            Service = Sums(service),
        };
    }

    private static Dictionary<string, ServiceSum> Sums(Dictionary<string, RedisValue> fields) => fields
        .Where(field => field.Key.StartsWith("n:", StringComparison.Ordinal))
        .ToDictionary(
            field => field.Key[2..],
            field => new ServiceSum((long)field.Value, TimeSpan.FromMicroseconds((long)fields.GetValueOrDefault("us:" + field.Key[2..]))));
}
