using System.Text.Json;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Lookup;

/// <summary>Reads what Redis knows of tasks and of the queue, each answer in one atomic step.</summary>
internal sealed class TaskReader(RunnelConnector connector)
{
    private static readonly Script FindScript = new("find.lua", ScriptLibraries.Results);
    private static readonly Script StatsScript = new("stats.lua");
    private QueueKeys Keys => connector.Keys;

    public async Task<TaskInfo?> FindAsync(string id, CancellationToken cancellationToken)
    {
        bool named = QueueKeys.TryParse(id, out int level, out string streamId);
        RedisResult reply = await RunAsync(
            FindScript, [Keys.Stats, Keys.Record(id), .. Keys.Streams], [Keys.Group, named ? level : "", named ? streamId : "", id], cancellationToken);

        Dictionary<string, RedisValue> record = RedisText.ToFields(reply[1]);
        if ((byte[]?)reply[0] is { Length: > 0 } stored)
            return FromResult(id, stored, record);
        bool inStream = reply[4].Length > 0;
        if (record.GetValueOrDefault("state") is { IsNullOrEmpty: false } state && !(state == "queued" && inStream))
            return FromRecord(id, state!, record);
        return inStream ? FromStream(id, reply, record) : null;
    }

    public async Task<string?> GetResultJsonAsync(string id, CancellationToken cancellationToken)
    {
        byte[]? stored = (await GetStoredAsync([id], cancellationToken))[0];
        return stored is null ? null : ResultOf(stored).GetRawText();
    }

    /// <summary>What is stored of completed tasks; null for each that has not completed.</summary>
    public async Task<byte[]?[]> GetStoredAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => StoredResults.GetAsync(redis, Keys, ids), cancellationToken);
    }

    /// <summary>What the handler returned, out of what is stored of a completed task.</summary>
    public static JsonElement ResultOf(byte[] stored) => Envelope(stored).Result;

    public async Task<QueueStats> GetStatsAsync(CancellationToken cancellationToken)
    {
        RedisResult reply = await RunAsync(StatsScript, [.. Keys.Streams, Keys.Delayed, Keys.Dead, Keys.Stats, Keys.Workers], [Keys.Group], cancellationToken);
        Dictionary<string, RedisValue> counters = RedisText.ToFields(reply[3]);
        long Counter(string name) => counters.TryGetValue(name, out RedisValue value) ? (long)value : 0;

        long nowMs = (long)reply[0], running = 0, added = 0, oldestMs = long.MaxValue;
        long[] waiting = new long[QueueKeys.Levels];
        for (int level = 0; level < QueueKeys.Levels; level++)
        {
            RedisResult stream = reply[5 + level];
            waiting[level] = (long)stream[0] - (long)stream[1];
            running += (long)stream[1];
            if (level != QueueKeys.Returned)
                added += (long)stream[2];
            if ((string?)stream[3] is { Length: > 0 } oldest)
                oldestMs = Math.Min(oldestMs, long.Parse(oldest.AsSpan(0, oldest.IndexOf('-', StringComparison.Ordinal))));
        }

        if (long.TryParse((string?)reply[11], out long sinceMs))
            oldestMs = Math.Min(oldestMs, sinceMs);
        long Gated(int level) => (long?)reply[10][level - 1] ?? 0;
        return new QueueStats
        {
            Queue = Keys.Queue,
            Group = Keys.Group,
            Queued = new SortedDictionary<TaskPriority, long>
            {
                [TaskPriority.Critical] = waiting[QueueKeys.Critical] + Gated(QueueKeys.Critical),
                [TaskPriority.High] = waiting[QueueKeys.High] + Gated(QueueKeys.High),
                [TaskPriority.Normal] = waiting[QueueKeys.Normal] + Gated(QueueKeys.Normal),
                [TaskPriority.Low] = waiting[QueueKeys.Low] + Gated(QueueKeys.Low),
            },
            Gated = Gated(QueueKeys.Critical) + Gated(QueueKeys.High) + Gated(QueueKeys.Normal) + Gated(QueueKeys.Low),
            Parked = ((long?)reply[10][4] ?? 0) - ((long?)reply[10][5] ?? 0),
            InSidings = (long?)reply[10][5] ?? 0,
            Returned = waiting[QueueKeys.Returned],
            Paused = (int)reply[12] == 1,
            PausedTypes = [.. RedisText.ToFields(reply[13]).Where(rule => rule.Value.StartsWith("1 ")).Select(rule => rule.Key).Order(StringComparer.Ordinal)],
            Running = running,
            Delayed = (long)reply[1],
            Dead = (long)reply[2],
            Workers = (string[])reply[4]!,
            Submitted = added - Counter("readded") + Counter("scheduled"),
            Completed = Counter("completed"),
            Failed = Counter("failed"),
            Retried = Counter("retried"),
            TimedOut = Counter("timed_out"),
            Recovered = Counter("recovered"),
            Cancelled = Counter("cancelled"),
            Expired = Counter("expired"),
            Requeued = Counter("requeued"),
            StaleResults = Counter("stale_results"),
            OldestWaiting = oldestMs == long.MaxValue ? null : TimeSpan.FromMilliseconds(Math.Max(0, nowMs - oldestMs)),
        };
    }

    private async Task<RedisResult> RunAsync(Script script, RedisKey[] scriptKeys, RedisValue[] values, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => script.RunAsync(redis, scriptKeys, values), cancellationToken);
    }

    private static WireResult Envelope(byte[] stored) => JsonSerializer.Deserialize(Packing.Expand(stored), WireJson.Default.WireResult)!;

    private static TaskInfo FromResult(string id, byte[] stored, Dictionary<string, RedisValue> record)
    {
        WireResult result = Envelope(stored);
        return new TaskInfo
        {
            Id = id,
            Type = result.Type,
            State = TaskState.Completed,
            Priority = (TaskPriority)result.Priority,
            Attempt = result.Attempt,
            MaxRetries = result.Retries,
            SubmittedAt = DateTimeOffset.FromUnixTimeMilliseconds(result.SubmittedMs),
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(result.StartedMs),
            FinishedAt = DateTimeOffset.FromUnixTimeMilliseconds(result.FinishedMs),
            Worker = result.Worker,
            Progress = ProgressOf(record),
            Errors = RedisText.ToErrors(record),
        };
    }

    private static TaskInfo FromRecord(string id, string state, Dictionary<string, RedisValue> record)
    {
        List<TaskError> errors = RedisText.ToErrors(record);
        return new TaskInfo
        {
            Id = id,
            Type = record.ToText("type") ?? "",
            State = state switch
            {
                "queued" => TaskState.Queued,
                "retrying" => TaskState.Retrying,
                "scheduled" => TaskState.Scheduled,
                "completed" => TaskState.Completed,
                "timeout" => TaskState.TimedOut,
                "cancelled" => TaskState.Cancelled,
                "expired" => TaskState.Expired,
                _ => TaskState.Failed,
            },
            Priority = (TaskPriority)record.ToInt("priority", (int)TaskPriority.Normal),
            Attempt = record.ToInt("attempt", 1),
            MaxRetries = record.ToInt("retries", SubmitOptions.Default.MaxRetries),
            SubmittedAt = RedisText.ToTime(record.GetValueOrDefault("at")) ?? default,
            DueAt = RedisText.ToTime(record.GetValueOrDefault("due")),
            WaitsFor = record.ToInt("open", 0),
            FinishedAt = RedisText.ToTime(record.GetValueOrDefault("finished")),
            Worker = errors.Count > 0 ? errors[^1].Worker : null,
            Progress = ProgressOf(record),
            Reason = record.ToText("reason"),
            Errors = errors,
        };
    }

    private static TaskInfo FromStream(string id, RedisResult reply, Dictionary<string, RedisValue> record)
    {
        TaskEntry entry = TaskEntry.Parse((int)reply[2], reply[3], reply[4]);
        string consumer = (string?)reply[5] ?? "";
        bool running = consumer.Length > 0;
        return new TaskInfo
        {
            Id = id,
            Type = entry.Type,
            State = running ? TaskState.Running : TaskState.Queued,
            Priority = entry.Priority,
            Attempt = entry.Attempt,
            MaxRetries = entry.MaxRetries,
            SubmittedAt = DateTimeOffset.FromUnixTimeMilliseconds(entry.SubmittedAtMs),
            StartedAt = running ? DateTimeOffset.FromUnixTimeMilliseconds((long)reply[8] - (long)reply[6]) : null,
            Worker = running ? consumer : null,
            Progress = ProgressOf(record),
            Errors = RedisText.ToErrors(record),
        };
    }

    private static TaskProgress? ProgressOf(Dictionary<string, RedisValue> record) =>
        record.TryGetValue("progress", out RedisValue fraction) && fraction.TryParse(out double share)
            ? new TaskProgress(share, record.ToText("progress_message") is { Length: > 0 } message ? message : null)
            {
                Detail = record.ToText("progress_detail"),
            }
            : null;
}
