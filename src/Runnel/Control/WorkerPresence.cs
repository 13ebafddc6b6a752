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
        List<RedisValue> values = [(long)(2 * options.LeaseDuration).TotalMilliseconds, 0, .. Fields()];
        values[1] = values.Count - 2;
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

    private RedisValue[] Fields()
    {
        TimeSpan worked = Environment.CpuUsage.TotalTime;
        double wall = time.GetElapsedTime(beatAt).TotalSeconds;
        double cpu = wall > 0 ? Math.Max(0, (worked - processorTime).TotalSeconds / wall) : 0;
        processorTime = worked;
        beatAt = time.GetTimestamp();
        return
        [
            "host", Environment.MachineName, "pid", Environment.ProcessId, "version", Version, "started", startedAt,
            "condition", orders.Condition.ToString().ToLowerInvariant(), "slots", options.Concurrency, "running", held.Active,
            "memory", Environment.WorkingSet, "cpu", cpu.ToString("0.###", CultureInfo.InvariantCulture),
            "supervisor", supervisor, "number", number,
        ];
    }

    [LoggerMessage(2060, LogLevel.Debug, "Could not show how this worker is.")]
    private partial void LogNotShown(Exception exception);
}
