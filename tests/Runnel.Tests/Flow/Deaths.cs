using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Flow;

/// <summary>Workers' deaths as Redis sees them: a consumer with entries in hand whose lease has run out.</summary>
internal static class Deaths
{
    /// <summary>Delivers what waits, at most <paramref name="count"/> of each stream, to a consumer whose lease is over.</summary>
    public static async Task<List<TaskEntry>> DeliverAsync(IDatabase redis, QueueKeys keys, string consumer, int count = 1000)
    {
        await QueueGroups.EnsureAsync(redis, keys);
        await redis.SortedSetAddAsync(keys.Workers, consumer, 1);
        List<TaskEntry> entries = [];
        for (int level = 0; level < QueueKeys.Levels; level++)
        {
            foreach (StreamEntry entry in await redis.StreamReadGroupAsync(keys.Streams[level], keys.Group, consumer, StreamPosition.NewMessages, count))
                entries.Add(TaskEntry.Parse(level, entry));
        }

        return entries;
    }

    /// <summary>Three deaths of workers that have nothing in hand but what waits in the stream first.</summary>
    public static async Task PoisonAsync(IDatabase redis, QueueKeys keys)
    {
        for (int death = 0; death < 3; death++)
        {
            TaskEntry entry = (await DeliverAsync(redis, keys, $"dead{death}"))[0];
            await Scripts(redis, keys, $"dead{death}").NoteAloneAsync(entry);
            await RecoverAsync(redis, keys, $"dead{death}");
        }
    }

    /// <summary>What a living worker does when it sees the dead one.</summary>
    public static async Task RecoverAsync(IDatabase redis, QueueKeys keys, string consumer)
    {
        for (int level = 0; level < QueueKeys.Levels; level++)
            await Scripts(redis, keys, "other").RecoverAsync(level, consumer);
    }

    public static SettleScripts Scripts(IDatabase redis, QueueKeys keys, string consumer) =>
        new(redis, keys, new RunnelOptions(), new WorkerOptions { Name = consumer });
}
