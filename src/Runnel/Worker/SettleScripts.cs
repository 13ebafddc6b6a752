using System.Text.Json;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>The scripts by which a consumer ends what it holds. Each checks on the server that the consumer still owns the entry.</summary>
internal sealed class SettleScripts(IDatabase redis, QueueKeys keys, RunnelOptions options, WorkerOptions worker)
{
    private const int ErrorsKept = 20;
    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // else four times the size
    private static readonly Script CompleteScript = new("complete.lua", [.. ScriptLibraries.Ending, .. ScriptLibraries.Results]);
    private static readonly Script RetryScript = new("retry.lua", ScriptLibraries.Ending);
    private static readonly Script EndScript = new("end.lua", ScriptLibraries.Ending);
    private static readonly Script GiveBackScript = new("give-back.lua", ScriptLibraries.Ending);
    private static readonly Script StartScript = new("start.lua", "lib-unique.lua");
    private static readonly Script AloneScript = new("alone.lua");
    private static readonly Script ExchangeScript = new("exchange.lua");
    private static readonly Script DivertScript = new("divert.lua", ScriptLibraries.Flow);
    private readonly long retentionMs = (long)options.ResultRetention.TotalMilliseconds;

    /// <summary>Stores the results of tasks of one stream and acknowledges them.</summary>
    /// <param name="tasks">The tasks, all of one level.</param>
    /// <param name="heldNow">Entries this consumer may have pending.</param>
    /// <returns>The tasks that were refused.</returns>
    public async Task<Completed[]> CompleteAsync(Completed[] tasks, int heldNow)
    {
        const int Head = 9;
        Completed[] ordered = [.. tasks.OrderBy(t => t.HasRecord)];
        int plain = ordered.Count(t => !t.HasRecord);
        RedisValue[] values = new RedisValue[Head + (2 * plain) + (3 * (ordered.Length - plain))];
        int level = ordered[0].Task.Entry.Level, at = Head;
        StreamId first = StreamId.Parse(ordered[0].Task.Entry.EntryId), last = first;
        foreach (Completed task in ordered)
        {
            TaskEntry entry = task.Task.Entry;
            values[at++] = entry.EntryId;
            values[at++] = task.Result;
            if (task.HasRecord)
                values[at++] = entry.TaskId;
            StreamId id = StreamId.Parse(entry.EntryId);
            first = id < first ? id : first;
            last = id > last ? id : last;
        }

        values[0] = keys.Group;
        values[1] = worker.Name;
        values[2] = retentionMs;
        values[3] = options.CompletedFeedLength;
        values[4] = heldNow + ordered.Length;
        values[5] = first.ToString();
        values[6] = last.ToString();
        values[7] = QueueKeys.TaskIdOf(level, "");
        values[8] = plain;
        try
        {
            RedisResult refused = await CompleteScript.RunAsync(redis, [keys.Streams[level], keys.Completed, keys.Stats, keys.Cancelling], values);
            return [.. ((int[])refused!).Select(i => ordered[i])];
        }
        catch (RedisServerException e) when (QueueGroups.IsMissing(e))
        {
            return ordered; // the streams are gone, and with them what we owned
        }
    }

    /// <summary>Gives up the lock of a task that is unique until it starts.</summary>
    public Task<SettleResult> StartAsync(TaskEntry entry) => SettledAsync(async () => (int)await StartScript.RunAsync(
        redis, [keys.Streams[entry.Level], keys.Stats], [keys.Group, worker.Name, entry.EntryId, entry.TaskId, entry.Unique]));

    /// <summary>Notes that this consumer has nothing in hand but this task.</summary>
    public Task<SettleResult> NoteAloneAsync(TaskEntry entry) => SettledAsync(async () => (int)await AloneScript.RunAsync(
        redis, [keys.Streams[entry.Level], keys.Record(entry.TaskId)], [keys.Group, worker.Name, entry.EntryId, QueueKeys.TaskIdOf(entry.Level, entry.EntryId)]));

    /// <summary>Has tasks of one stream wait instead of running: in their lanes, in sidings, or set aside where their type is paused.</summary>
    /// <param name="tasks">The tasks, all of one level.</param>
    /// <returns>The tasks that are to run all the same.</returns>
    public async Task<IEnumerable<TaskEntry>> DivertAsync(Diverted[] tasks)
    {
        List<RedisValue> values = [keys.Group, worker.Name];
        foreach ((TaskEntry entry, string? lane, string? siding) in tasks)
        {
            List<RedisValue> fields = RecordFields(entry, entry.Attempt);
            fields.AddRange(["id", entry.TaskId]);
            HashSet<RedisValue> ours = [.. fields.Where((_, i) => i % 2 == 0), "data", "slot"];
            foreach (NameValueEntry field in entry.Fields.Where(f => !ours.Contains(f.Name)))
                fields.AddRange([field.Name, field.Value]);
            values.AddRange([entry.EntryId, entry.TaskId, entry.Type, lane ?? "", siding ?? "", fields.Count, .. fields]);
        }

        RedisResult run = await DivertScript.RunAsync(redis, [keys.Streams[tasks[0].Entry.Level], keys.Stats], [.. values]);
        return ((int[])run!).Select(i => tasks[i].Entry);
    }

    /// <summary>Takes, for a task of ours that has a slot, another that waits behind it and has one of these affinities.</summary>
    /// <returns>The other task; null where there is none, and ours stays ours.</returns>
    public async Task<TaskEntry?> ExchangeAsync(TaskEntry entry, string[] affinities)
    {
        const int MostLookedAt = 64;
        RedisResult other = await ExchangeScript.RunAsync(
            redis,
            [keys.Streams[entry.Level], keys.Streams[QueueKeys.Returned], keys.Streams[QueueKeys.LevelOf(entry.Priority)], keys.Stats],
            [keys.Group, worker.Name, entry.EntryId, MostLookedAt, .. affinities.Select(affinity => (RedisValue)affinity)]);
        return other.IsNull ? null : TaskEntry.Parse(QueueKeys.Returned, other[0], other[1]);
    }

    /// <summary>Has a failed task due again after its delay.</summary>
    public Task<SettleResult> RetryAsync(Retry retry)
    {
        TaskEntry entry = retry.Task.Entry;
        return DelayAsync(entry, retry.Delay, retry.Error, retry.TimedOut, entry.Attempt + 1);
    }

    /// <summary>Has a task due again after its delay, as if it had not run.</summary>
    public Task<SettleResult> SnoozeAsync(Snoozed snoozed) =>
        DelayAsync(snoozed.Task.Entry, snoozed.Delay, [], timedOut: false, snoozed.Task.Entry.Attempt);

    /// <summary>Puts a task with the dead letters.</summary>
    public Task<SettleResult> DeadLetterAsync(Dead dead) =>
        EndAsync(dead.Task.Entry, dead.Reason == "timeout" ? "timeout" : "failed", dead.Error, dead.Reason, dead.TimedOut);

    /// <summary>Ends a task without a result and without fault.</summary>
    public Task<SettleResult> EndAsync(Ended ended) => EndAsync(ended.Task.Entry, ended.State, [], "", timedOut: false);

    /// <summary>Puts an entry of ours at the head of the line for others, without a spent attempt.</summary>
    public Task<SettleResult> GiveBackAsync(int level, string entryId) => SettledAsync(async () =>
        (int)(await MoveAsync(level, worker.Name, "hand", [entryId]))[0] == 1 ? (int)SettleResult.Done : (int)SettleResult.Refused);

    /// <summary>Moves a dead consumer's entries of one stream to the returned stream, 100 at most.</summary>
    /// <returns>Entries moved or dead-lettered; -1 where the consumer's lease still holds.</returns>
    public async Task<int> RecoverAsync(int level, string consumer)
    {
        int[] counts = (int[])(await MoveAsync(level, consumer, "crash", []))!;
        return counts[0] + counts[1];
    }

    private Task<RedisResult> MoveAsync(int level, string consumer, string mode, string[] entryIds) => GiveBackScript.RunAsync(
        redis,
        [keys.Streams[QueueKeys.Returned], keys.Dead, keys.Completed, keys.Stats, keys.Workers, keys.Streams[level], keys.Cancelling],
        [
            keys.Group, consumer, 100, keys.RecordPrefix, QueueKeys.TaskIdOf(level, ""), (int)QueueKeys.PriorityOf(level),
            options.CompletedFeedLength, mode, worker.MaxCrashes, retentionMs, .. entryIds.Select(id => (RedisValue)id),
        ]);

    private Task<SettleResult> DelayAsync(TaskEntry entry, TimeSpan delay, byte[] error, bool timedOut, int nextAttempt) => SettledAsync(async () =>
        (int)await RetryScript.RunAsync(
            redis,
            [keys.Streams[entry.Level], keys.Record(entry.TaskId), keys.Delayed, keys.Completed, keys.Stats, keys.Cancelling],
            [
                keys.Group, worker.Name, entry.EntryId, entry.TaskId, (long)Math.Ceiling(delay.TotalMilliseconds), options.CompletedFeedLength,
                error, ErrorNumber(entry), ErrorsKept, timedOut ? "1" : "", retentionMs, .. RecordFields(entry, nextAttempt),
            ]));

    private Task<SettleResult> EndAsync(TaskEntry entry, string state, byte[] error, string reason, bool timedOut) => SettledAsync(async () =>
        (int)await EndScript.RunAsync(
            redis,
            [keys.Streams[entry.Level], keys.Record(entry.TaskId), keys.Dead, keys.Completed, keys.Stats, keys.Cancelling],
            [
                keys.Group, worker.Name, entry.EntryId, entry.TaskId, state, options.CompletedFeedLength,
                error, ErrorNumber(entry), ErrorsKept, timedOut ? "1" : "", retentionMs, reason, .. RecordFields(entry, entry.Attempt),
            ]));

    private static async Task<SettleResult> SettledAsync(Func<Task<int>> call)
    {
        try
        {
            return (SettleResult)await call();
        }
        catch (RedisServerException e) when (QueueGroups.IsMissing(e))
        {
            return SettleResult.Refused; // the streams are gone, and with them what we owned
        }
    }

    private static int ErrorNumber(TaskEntry entry) => entry.ErrorsBefore + entry.Attempt;

    private static List<RedisValue> RecordFields(TaskEntry entry, int attempt)
    {
        List<RedisValue> fields = ["attempt", attempt, "at", entry.SubmittedAtMs, "priority", (int)entry.Priority];
        if (entry.Unreadable is not null)
        {
            fields.AddRange(["raw", RawJson(entry)]);
            return fields;
        }

        fields.AddRange(
        [
            "type", entry.Type, "payload", entry.Payload, "retries", entry.MaxRetries, "timeout", entry.TimeoutSeconds,
            "crashes", entry.Crashes, "errors", entry.ErrorsBefore,
        ]);
        if (entry.Retry is not null)
            fields.AddRange(["backoff", entry.Retry.ToWire()]);
        if (entry.Trace is not null)
            fields.AddRange(["trace", entry.Trace]);
        if (entry.Unique is not null)
            fields.AddRange(["unique", entry.Unique]);
        if (entry.Base is not null)
            fields.AddRange(["base", entry.Base]);
        if (entry.DeadlineMs > 0)
            fields.AddRange(["deadline", entry.DeadlineMs]);
        return fields;
    }

    /// <summary>The fields as they came, for a person: a list of strings, Latin-1 where the bytes are not UTF-8, so that nothing is lost.</summary>
    private static string RawJson(TaskEntry entry) => JsonSerializer.Serialize(
        entry.Fields.SelectMany(f => new[] { (byte[]?)f.Name ?? [], (byte[]?)f.Value ?? [] }).Select(f => System.Text.Unicode.Utf8.IsValid(f)
            ? System.Text.Encoding.UTF8.GetString(f)
            : "latin1:" + System.Text.Encoding.Latin1.GetString(f)).ToArray(), Compact);
}
