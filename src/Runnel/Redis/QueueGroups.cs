using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>The consumer group on each of the queue's streams. It is made again where it vanished (FLUSHALL, a failover).</summary>
internal static class QueueGroups
{
    /// <summary>Creates what is missing, from the first entry on: a group made at the end would pass over tasks that came before.</summary>
    public static Task EnsureAsync(IDatabase redis, QueueKeys keys) => Task.WhenAll(keys.Streams.Select(async stream =>
    {
        try
        {
            await redis.StreamCreateConsumerGroupAsync(stream, keys.Group, StreamPosition.Beginning, createStream: true);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
        }
    }));

    public static bool IsMissing(RedisServerException e) => e.Message.Contains("NOGROUP", StringComparison.Ordinal);
}
