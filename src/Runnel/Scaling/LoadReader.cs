using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Scaling;

internal static class LoadReader
{
    private static readonly Script Load = new("load.lua");

    public static async Task<QueueLoad> ReadAsync(RunnelConnector connector, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        QueueKeys keys = connector.Keys;
        string kind = QueueKeys.NameOf(types);
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        RedisResult reply = await connection.CallAsync(redis => Load.RunAsync(
            redis, [.. keys.Streams, keys.Delayed, keys.Schedules, keys.Workers, keys.Paused, keys.Service, keys.Stats],
            [keys.Group, kind, .. types.Select(type => (RedisValue)type)]), cancellationToken);
        long now = (long)reply[0];
        Dictionary<string, RedisValue> service = RedisText.ToFields(reply[7]);
        Dictionary<string, ServiceSum> sums = Sums(service, types);
        return new QueueLoad
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(now),
            Paused = (int)reply[1] == 1,
            Waiting = (long)reply[2],
            OldestWaiting = (string?)reply[3] is { Length: > 0 } since ? TimeSpan.FromMilliseconds(Math.Max(0, now - double.Parse(since))) : TimeSpan.Zero,
            Running = (long)reply[4],
            Workers = (int)reply[5],
            Slots = (int)reply[6],
            Ended = types.Count == 0 ? (long)reply[8] : sums.Values.Sum(sum => sum.Attempts),
            BusyTime = TimeSpan.FromMicroseconds((long)service.GetValueOrDefault(types.Count == 0 ? "busy" : "busy:" + kind)),
            Service = sums,
        };
    }

    private static Dictionary<string, ServiceSum> Sums(Dictionary<string, RedisValue> fields, IReadOnlyList<string> types) => fields
        .Where(field => field.Key.StartsWith("n:", StringComparison.Ordinal) && (types.Count == 0 || types.Contains(field.Key[2..], StringComparer.Ordinal)))
        .ToDictionary(
            field => field.Key[2..],
            field => new ServiceSum((long)field.Value, TimeSpan.FromMicroseconds((long)fields.GetValueOrDefault("us:" + field.Key[2..]))));
}
