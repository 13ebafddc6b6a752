using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Control;

/// <summary>Shows in Redis how this worker is, with each beat, and learns what somebody wants of it. Nothing depends on it: tasks are held by
/// the lease alone.</summary>
internal sealed partial class WorkerPresence(
    IDatabase redis,
    QueueKeys keys,
    WorkerOptions options,
    HeldTasks held,
    WorkerOrders orders,
    ServiceTimes service,
    Fetcher fetcher,
    TimeProvider time,
    ILogger<WorkerPresence> logger)
{
    private static readonly Script Beat = new("worker-beat.lua");
    private static readonly string Version =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private readonly long startedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly string supervisor = Environment.GetEnvironmentVariable("RUNNEL_SUPERVISOR") ?? "";
    private readonly string number = Environment.GetEnvironmentVariable("RUNNEL_WORKER_NUMBER") ?? "";
    private long beatAt = time.GetTimestamp();
    private TimeSpan processorTime = Environment.CpuUsage.TotalTime;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(options.RenewInterval, time);
        do await BeatAsync();
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Shows itself no more; the sums of the last moment are added first.</summary>
    public async Task LeaveAsync()
    {
        await BeatAsync();
        await redis.KeyDeleteAsync(keys.Worker(options.Name));
    }

    internal async Task BeatAsync()
    {
        TimeSpan elapsed = time.GetElapsedTime(beatAt);
        beatAt = time.GetTimestamp();
        int running = held.Active;
        Recycle();
        RedisValue[] fields = Fields(running, elapsed);
        List<RedisValue> values =
            [(long)(2 * options.LeaseDuration).TotalMilliseconds, (long)(running * elapsed.TotalMicroseconds), fields.Length, .. fields];
        foreach ((string type, long count, long microseconds) in service.Take())
            values.AddRange([type, count, microseconds]);
        try
        {
            RedisResult want = await Beat.RunAsync(redis, [keys.Worker(options.Name), keys.Service], [.. values]);
            orders.Follow((string?)want ?? "");
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogNotShown(e); // the lease says whether this goes on
        }
    }

    private void Recycle()
    {
        if (orders.Condition == WorkerCondition.Draining)
            return;
        string? why = service.Attempts >= options.MaxTasks ? $"it ran {service.Attempts} attempts (Runnel:Worker:MaxTasks is {options.MaxTasks})"
            : Environment.WorkingSet > options.MaxMemory ? $"it has {Environment.WorkingSet >> 20} MiB of memory (Runnel:Worker:MaxMemory is {options.MaxMemory >> 20} MiB)"
            : null;
        if (why is null)
            return;
        LogRecycles(options.Name, why);
        orders.Follow("drain");
    }

    private RedisValue[] Fields(int running, TimeSpan elapsed)
    {
        TimeSpan worked = Environment.CpuUsage.TotalTime;
        double cpu = elapsed > TimeSpan.Zero ? Math.Max(0, (worked - processorTime) / elapsed) : 0;
        processorTime = worked;
        return
        [
            "types", QueueKeys.NameOf(options.Types), "host", Environment.MachineName, "pid", Environment.ProcessId, "version", Version, "started", startedAt,
            "condition", orders.Condition.ToString().ToLowerInvariant(), "slots", options.Concurrency, "running", running,
            "memory", Environment.WorkingSet, "cpu", cpu.ToString("0.###", CultureInfo.InvariantCulture),
            "fetch_age", (long)fetcher.Age.TotalMilliseconds, "supervisor", supervisor, "number", number,
        ];
    }

    [LoggerMessage(2061, LogLevel.Information, "Worker {Name} makes way for a fresh one, since {Why}.")]
    private partial void LogRecycles(string name, string why);

    [LoggerMessage(2060, LogLevel.Debug, "Could not show how this worker is.")]
    private partial void LogNotShown(Exception exception);
}
