using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

/// <summary>A delivery in a consumer's hands; once its task went elsewhere, what the consumer says of it must be refused.</summary>
internal sealed record Holding(ModelTask Task, int Delivery, TaskEntry Entry)
{
    public bool IsCurrent => Task.Delivery == Delivery;
}

/// <summary>A worker without loops: it calls the scripts that workers call, when its test says so.</summary>
internal sealed class ModelConsumer(IDatabase redis, QueueKeys keys, string name)
{
    private static readonly Script FetchScript = new("fetch.lua");
    private static readonly Script FetchSidingsScript = new("fetch-sidings.lua", ScriptLibraries.Flow);
    private readonly WorkerOptions options = new() { Name = name, MaxCrashes = QueueModel.MaxCrashes };

    public string Name => name;

    /// <summary>What it takes.</summary>
    public TypeChoice Choice { get; init; } = new([]);

    public List<Holding> Holdings { get; } = [];

    public SettleScripts Scripts => field ??= new SettleScripts(redis, keys, new RunnelOptions(), options);

    public Promoter Promoter => field ??= new Promoter(redis, keys, TimeProvider.System, NullLogger<Promoter>.Instance);

    public Recovery Recovery => field ??= new Recovery(
        redis, keys, options, Scripts, new HeldTasks(1), TimeProvider.System, NullLogger<Recovery>.Instance);

    public async Task<List<TaskEntry>> FetchAsync(int count)
    {
        await redis.SortedSetAddAsync(keys.Workers, name, 1e15); // a lease that does not run out by itself
        return Read(await FetchScript.RunAsync(redis, keys.Streams, [keys.Group, name, count, 0, 0, 0, 0, 0]));
    }

    /// <summary>The same, and what other workers left in sidings.</summary>
    public async Task<List<TaskEntry>> FetchSidingsAsync(int count)
    {
        await redis.SortedSetAddAsync(keys.Workers, name, 1e15);
        return Read((await FetchSidingsScript.RunAsync(redis, keys.Streams, [keys.Group, name, count, 0, 0, 0, 0, 0, .. Choice.Names]))[0]);
    }

    private static List<TaskEntry> Read(RedisResult reply)
    {
        List<TaskEntry> entries = [];
        for (int i = 0; i < reply.Length; i++)
        {
            for (int j = 0; j < reply[i][1].Length; j++)
                entries.Add(TaskEntry.Parse((int)reply[i][0], reply[i][1][j][0], reply[i][1][j][1]));
        }

        return entries;
    }

    /// <summary>The lease runs out, as after a death or a long pause.</summary>
    public Task LoseLeaseAsync() => redis.SortedSetAddAsync(keys.Workers, name, 0);

    /// <summary>Says how an attempt ended; false where that was refused.</summary>
    public async Task<bool> SettleAsync(StepKind kind, TaskEntry entry, int call)
    {
        RunningTask running = new(entry, startedAtMs: call);
        bool timedOut = kind == StepKind.TimeOut;
        bool last = entry.RetriesSpent >= entry.MaxRetries;
        byte[] error = JsonSerializer.SerializeToUtf8Bytes(new WireError(entry.Attempt, "e", $"{call}", "", name, call), WireJson.Default.WireError);
        return kind switch
        {
            StepKind.Complete => (await Scripts.CompleteAsync([new Completed(running, Result(running), entry.HasRecord)], 100)).Length == 0,
            StepKind.Snooze => await Scripts.SnoozeAsync(new Snoozed(running, TimeSpan.FromHours(1))) != SettleResult.Refused,
            StepKind.StopCancelled => await Scripts.EndAsync(new Ended(running, "cancelled")) != SettleResult.Refused,
            StepKind.GiveBack => await Scripts.GiveBackAsync(entry.Level, entry.EntryId) != SettleResult.Refused,
            _ when last => await Scripts.DeadLetterAsync(new Dead(running, error, timedOut ? "timeout" : "failed", timedOut)) != SettleResult.Refused,
            _ => await Scripts.RetryAsync(new Retry(running, error, TimeSpan.FromHours(1), timedOut)) != SettleResult.Refused,
        };
    }

    private byte[] Result(RunningTask running)
    {
        TaskEntry entry = running.Entry;
        using JsonDocument value = JsonDocument.Parse(running.StartedAtMs.ToString(CultureInfo.InvariantCulture));
        return JsonSerializer.SerializeToUtf8Bytes(
            new WireResult(entry.Type, name, entry.SubmittedAtMs, running.StartedAtMs, 0, value.RootElement, (int)entry.Priority, entry.Attempt, entry.MaxRetries),
            WireJson.Default.WireResult);
    }
}
