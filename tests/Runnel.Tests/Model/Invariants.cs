using Runnel.Lookup;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

/// <summary>What must hold of all keys of a queue, whatever happened.</summary>
internal sealed class Invariants(IServer server, IDatabase redis, QueueKeys keys, RunnelClient client, QueueModel model)
{
    public async Task CheckAsync()
    {
        await TasksAreAsTheModelHasThemAsync();
        await EveryKeyHasAnOwnerAsync();
        await EveryEntryIsATaskAsync();
        await CountersAreTrueAsync();
    }

    private async Task TasksAreAsTheModelHasThemAsync()
    {
        foreach (ModelTask task in model.Tasks)
        {
            TaskInfo? found = await client.FindAsync(task.Id);
            if (task.Purged)
                Assert.Null(found);
            else
                Assert.Equal(
                    (task.Id, task.State, task.Attempt, task.Priority, task.MaxRetries, task.Errors),
                    (found!.Id, found.State, found.Attempt, found.Priority, found.MaxRetries, found.Errors.Count));
        }
    }

    /// <summary>Results belong to completed tasks alone; records to known ones, for ever only while a task waits, runs or is dead.</summary>
    private async Task EveryKeyHasAnOwnerAsync()
    {
        Dictionary<string, ModelTask> known = model.Tasks.Where(t => !t.Purged).ToDictionary(t => t.Id, StringComparer.Ordinal);
        HashSet<string> shared = [.. keys.Streams.Select(k => k.ToString()), keys.Delayed!, keys.Dead!, keys.Completed!, keys.Stats!, keys.Workers!, keys.Cancelling!];
        await foreach (RedisKey key in server.KeysAsync())
        {
            string name = key!;
            bool expires = await redis.KeyTimeToLiveAsync(key) is not null;
            if (name.StartsWith(keys.ResultPrefix, StringComparison.Ordinal))
            {
                Assert.Equal(TaskState.Completed, known[name[keys.ResultPrefix.Length..]].State);
                Assert.True(expires, $"{name} is kept for ever.");
            }
            else if (name.StartsWith(keys.RecordPrefix, StringComparison.Ordinal))
            {
                ModelTask task = known[name[keys.RecordPrefix.Length..]];
                Assert.Equal(task.Ended && !task.IsDead, expires);
            }
            else
            {
                Assert.Contains(name, shared);
            }
        }

        Assert.Equal(Ids(t => t.State == TaskState.Completed).Count, (await StoredResults.GetAsync(redis, keys, known.Keys)).Count(r => r is not null));
    }

    private async Task EveryEntryIsATaskAsync()
    {
        Assert.Equal(Ids(t => t.State is TaskState.Scheduled or TaskState.Retrying), await MembersAsync(keys.Delayed));
        Assert.Equal(Ids(t => t.IsDead), await MembersAsync(keys.Dead));
        Assert.Equal(Ids(t => t.Cancelling), await MembersAsync(keys.Cancelling));

        List<string> inStreams = [];
        long pending = 0;
        for (int level = 0; level < QueueKeys.Levels; level++)
        {
            inStreams.AddRange((await redis.StreamRangeAsync(keys.Streams[level])).Select(entry => TaskEntry.Parse(level, entry).TaskId));
            pending += (await redis.StreamPendingAsync(keys.Streams[level], keys.Group)).PendingMessageCount;
        }

        Assert.Equal(Ids(t => t.State is TaskState.Queued or TaskState.Running), inStreams.Order(StringComparer.Ordinal));
        Assert.Equal(Ids(t => t.State == TaskState.Running).Count, pending);
    }

    private async Task CountersAreTrueAsync()
    {
        QueueStats stats = await client.GetStatsAsync();

        Assert.Equal(
            (model.Submitted, model.Completed, model.Failed, model.Retried, model.TimedOut, model.Recovered, model.Cancelled, model.Requeued, model.Stale),
            (stats.Submitted, stats.Completed, stats.Failed, stats.Retried, stats.TimedOut, stats.Recovered, stats.Cancelled, stats.Requeued, stats.StaleResults));
        Assert.Equal(model.Waiting.Skip(1).Reverse().Select(level => (long)level.Count), stats.Queued.Values);
        Assert.Equal(model.Waiting[QueueKeys.Returned].Count, stats.Returned);
        Assert.Equal(Ids(t => t.State == TaskState.Running).Count, stats.Running);
    }

    private List<string> Ids(Func<ModelTask, bool> wanted) =>
        [.. model.Tasks.Where(t => !t.Purged && wanted(t)).Select(t => t.Id).Order(StringComparer.Ordinal)];

    private async Task<IEnumerable<string>> MembersAsync(RedisKey sortedSet) =>
        (await redis.SortedSetRangeByRankAsync(sortedSet)).Select(id => id.ToString()).Order(StringComparer.Ordinal);
}
