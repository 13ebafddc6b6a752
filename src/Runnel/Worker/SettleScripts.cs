using System.Globalization;
using System.Text.Json;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>The scripts by which a consumer ends what it holds. Each checks on the server that the consumer still owns the entry.</summary>
internal sealed class SettleScripts(IDatabase redis, QueueKeys keys, RunnelOptions options, WorkerOptions worker)
{
    private const int ErrorsKept = 20;
    private static readonly Script CompleteScript = new("complete.lua");
    private static readonly Script RetryScript = new("retry.lua");
    private static readonly Script DeadLetterScript = new("dead-letter.lua");
    private static readonly Script GiveBackScript = new("give-back.lua");

    /// <summary>Stores the results of tasks of one stream and acknowledges them.</summary>
    /// <param name="tasks">The tasks, all of one level.</param>
    /// <param name="heldNow">Entries this consumer may have pending.</param>
    /// <returns>Positions of the tasks that were refused.</returns>
    public async Task<int[]> CompleteAsync(Completed[] tasks, int heldNow)
    {
        const int Head = 9;
        RedisValue[] values = new RedisValue[Head + (4 * tasks.Length)];
        (StreamId first, StreamId last) = (StreamId.Parse(tasks[0].Task.Entry.EntryId), StreamId.Parse(tasks[0].Task.Entry.EntryId));
        values[7] = values[8] = tasks[0].Task.Entry.EntryId;
        values[0] = keys.Group;
        values[1] = worker.Name;
        values[2] = keys.ResultPrefix;
        values[3] = keys.RecordPrefix;
        values[4] = (long)options.ResultRetention.TotalMilliseconds;
        values[5] = options.CompletedFeedLength;
        values[6] = heldNow + tasks.Length;
        for (int i = 0; i < tasks.Length; i++)
        {
            int at = Head + (4 * i);
            values[at] = tasks[i].Task.Entry.EntryId;
            StreamId id = StreamId.Parse(tasks[i].Task.Entry.EntryId);
            if (id < first)
                (first, values[7]) = (id, values[at]);
            else if (id > last)
                (last, values[8]) = (id, values[at]);
            values[at + 1] = tasks[i].Task.Entry.TaskId;
            values[at + 2] = tasks[i].Result;
            values[at + 3] = tasks[i].HasRecord ? "1" : "";
        }

        try
        {
            RedisResult refused = await CompleteScript.RunAsync(
                redis, [keys.Streams[tasks[0].Task.Entry.Level], keys.Completed, keys.Stats], values);
            return (int[])refused!;
        }
        catch (RedisServerException e) when (QueueGroups.IsMissing(e))
        {
            return [.. Enumerable.Range(0, tasks.Length)]; // the streams are gone, and with them what we owned
        }
    }

    /// <summary>False where the consumer no longer owned the entry.</summary>
    public Task<bool> RetryAsync(Retry retry)
    {
        TaskEntry entry = retry.Task.Entry;
        return EndAsync(RetryScript, keys.Delayed, entry, (long)retry.Delay.TotalMilliseconds, retry.Error, retry.TimedOut, entry.Attempt + 1);
    }

    /// <summary>False where the consumer no longer owned the entry.</summary>
    public Task<bool> DeadLetterAsync(Dead dead) =>
        EndAsync(DeadLetterScript, keys.Dead, dead.Task.Entry, dead.Reason, dead.Error, dead.TimedOut, dead.Task.Entry.Attempt);

    /// <summary>Puts an entry of ours at the head of the line for others, without a spent attempt; false where we no longer owned it.</summary>
    public async Task<bool> GiveBackAsync(int level, string streamId)
    {
        try
        {
            return (int)(await MoveAsync(level, worker.Name, "hand", [streamId]))[0] == 1;
        }
        catch (RedisServerException e) when (QueueGroups.IsMissing(e))
        {
            return false;
        }
    }

    /// <summary>Moves a dead consumer's entries of one stream to the returned stream, 100 at most.</summary>
    /// <returns>Entries moved or dead-lettered; -1 where the consumer's lease still holds.</returns>
    public async Task<int> RecoverAsync(int level, string consumer)
    {
        int[] counts = (int[])(await MoveAsync(level, consumer, "crash", []))!;
        return counts[0] + counts[1];
    }

    private Task<RedisResult> MoveAsync(int level, string consumer, string mode, string[] streamIds) => GiveBackScript.RunAsync(
        redis,
        [keys.Streams[QueueKeys.Returned], keys.Dead, keys.Completed, keys.Stats, keys.Workers, keys.Streams[level]],
        [
            keys.Group, consumer, 100, keys.RecordPrefix, QueueKeys.TaskIdOf(level, ""), (int)QueueKeys.PriorityOf(level),
            options.CompletedFeedLength, mode, worker.MaxCrashes, .. streamIds.Select(id => (RedisValue)id),
        ]);

    private async Task<bool> EndAsync(
        Script script, RedisKey target, TaskEntry entry, RedisValue delayOrReason, byte[] error, bool timedOut, int attempt)
    {
        RedisValue[] values =
        [
            keys.Group, worker.Name, entry.EntryId, entry.TaskId, delayOrReason, options.CompletedFeedLength,
            error, entry.Attempt, ErrorsKept, timedOut ? "1" : "", .. RecordFields(entry, attempt),
        ];
        try
        {
            RedisResult done = await script.RunAsync(
                redis, [keys.Streams[entry.Level], keys.Record(entry.TaskId), target, keys.Completed, keys.Stats], values);
            return (int)done == 1;
        }
        catch (RedisServerException e) when (QueueGroups.IsMissing(e))
        {
            return false;
        }
    }

    private static IEnumerable<RedisValue> RecordFields(TaskEntry entry, int attempt)
    {
        yield return "attempt";
        yield return attempt;
        yield return "at";
        yield return entry.SubmittedAtMs;
        yield return "priority";
        yield return (int)entry.Priority;
        if (entry.Unreadable is not null)
        {
            yield return "raw";
            yield return RawJson(entry);
            yield break;
        }

        yield return "type";
        yield return entry.Type;
        yield return "payload";
        yield return entry.Payload;
        yield return "retries";
        yield return entry.MaxRetries;
        yield return "timeout";
        yield return entry.TimeoutSeconds;
        yield return "crashes";
        yield return entry.Crashes;
    }

    /// <summary>The fields as they came, for a person: a list of strings, Latin-1 where the bytes are not UTF-8, so that nothing is lost.</summary>
    private static string RawJson(TaskEntry entry) => JsonSerializer.Serialize(
        entry.Fields.SelectMany(f => new[] { (byte[]?)f.Name ?? [], (byte[]?)f.Value ?? [] }).Select(f => System.Text.Unicode.Utf8.IsValid(f)
            ? System.Text.Encoding.UTF8.GetString(f)
            : "latin1:" + System.Text.Encoding.Latin1.GetString(f)).ToArray());
}
