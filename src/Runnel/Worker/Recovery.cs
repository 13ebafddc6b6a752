using Microsoft.Extensions.Logging;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Puts back what nobody works on: the tasks of workers that died, and deliveries to us that never arrived.</summary>
internal sealed partial class Recovery(
    IDatabase redis, QueueKeys keys, WorkerOptions options, SettleScripts scripts, HeldTasks held, TimeProvider time, ILogger<Recovery> logger)
{
    private static readonly TimeSpan AuditInterval = TimeSpan.FromSeconds(30);
    private static readonly Script Retire = new("retire.lua");
    private readonly HashSet<(int Level, string StreamId)> unknown = [];
    private long auditedAt = time.GetTimestamp();
    private volatile bool suspect;

    /// <summary>A delivery may have been lost on its way to us: look soon.</summary>
    public void Suspect() => suspect = true;

    /// <summary>Moves all that a dead worker held to the returned stream and forgets the worker.</summary>
    public async Task RecoverAsync(string consumer)
    {
        int moved = 0;
        try
        {
            for (int level = 0; level < QueueKeys.Levels; level++)
            {
                int count;
                while ((count = await scripts.RecoverAsync(level, consumer)) > 0)
                    moved += count;
                if (count < 0)
                    return;
            }

            await RetireAsync(consumer, crashed: true);
        }
        catch (RedisServerException e) when (QueueGroups.IsMissing(e))
        {
            await QueueGroups.EnsureAsync(redis, keys);
        }

        if (moved > 0)
            LogRecovered(consumer, moved);
    }

    /// <summary>Forgets a consumer that holds nothing; true if it was forgotten.</summary>
    public async Task<bool> RetireAsync(string consumer, bool crashed) =>
        (int)await Retire.RunAsync(redis, [keys.Workers, .. keys.Streams], [keys.Group, consumer, crashed ? "crash" : ""]) == 1;

    /// <summary>Every 30 s, and at the next two beats after a failed fetch: hands back entries that Redis delivered to us and that we do not
    /// know, once they were unknown twice in a row; and has consumers that never beat (made by hand, or by a lost write) expire.</summary>
    public async Task AuditAsync()
    {
        if (!suspect && time.GetElapsedTime(auditedAt) < AuditInterval)
            return;
        auditedAt = time.GetTimestamp();
        suspect = false;
        HashSet<(int Level, string StreamId)> seen = [];
        for (int level = 0; level < QueueKeys.Levels; level++)
        {
            StreamPendingMessageInfo[] pending;
            try
            {
                pending = await redis.StreamPendingMessagesAsync(keys.Streams[level], keys.Group, held.Count + 100, options.Name);
                foreach (StreamConsumerInfo consumer in await redis.StreamConsumerInfoAsync(keys.Streams[level], keys.Group))
                    await redis.SortedSetAddAsync(keys.Workers, consumer.Name, 0, When.NotExists);
            }
            catch (RedisServerException e) when (QueueGroups.IsMissing(e) || e.Message.Contains("no such key", StringComparison.Ordinal))
            {
                await QueueGroups.EnsureAsync(redis, keys);
                continue;
            }

            foreach (StreamPendingMessageInfo message in pending)
            {
                string id = message.MessageId!;
                if (held.Contains(level, id))
                    continue;
                if (unknown.Contains((level, id)))
                    await scripts.GiveBackAsync(level, id);
                else
                    seen.Add((level, id));
            }
        }

        unknown.Clear();
        unknown.UnionWith(seen);
        suspect |= seen.Count > 0;
    }

    [LoggerMessage(2030, LogLevel.Information, "Worker {Consumer} is gone; {Count} task(s) it held go on elsewhere.")]
    private partial void LogRecovered(string consumer, int count);
}
