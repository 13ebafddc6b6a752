using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.Composition;
using Runnel.Control;
using Runnel.Flow;
using Runnel.Redis;
using Runnel.Scheduling;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>One worker in this process: takes the lease, runs its loops, and drains when the host stops.</summary>
internal sealed partial class WorkerService(
    RunnelConnector connector,
    IOptions<WorkerOptions> workerOptions,
    IOptions<HostOptions> hostOptions,
    IServiceProvider services,
    RunnelMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers,
    ILogger<WorkerService> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan HandBackTime = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource fetching = new();
    private readonly CancellationTokenSource living = new();
    private WorkerOptions options = null!; // read at the start, after the host has validated all options at once
    private HandlerThreads? threads;
    private HeldTasks? held;
    private Settler? settler;
    private Recovery? recovery;
    private Fetcher? fetcher;
    private ControlListener? control;
    private SettleScripts? scripts;
    private WorkerOrders? orders;
    private WorkerPresence? presence;
    private Task presenceLoop = Task.CompletedTask;
    private Task fetchLoop = Task.CompletedTask;
    private Task settleLoop = Task.CompletedTask;
    private Task leaseLoop = Task.CompletedTask;
    private Task promoteLoop = Task.CompletedTask;
    private Task scheduleLoop = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        options = workerOptions.Value;
        RequireHandlers(services.GetRequiredService<HandlerRegistry>());
        TimeSpan drain = options.DrainTimeout + HandBackTime + HandBackTime;
        if (hostOptions.Value.ShutdownTimeout < drain)
            hostOptions.Value.ShutdownTimeout = drain;
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        QueueKeys keys = connector.Keys;
        IDatabase redis = connection.Database;
        await QueueGroups.EnsureAsync(redis, keys);
        await WarnOfEvictionAsync(redis);

        held = new HeldTasks(options.Concurrency);
        threads = new HandlerThreads(options.Concurrency, time);
        scripts = new SettleScripts(redis, keys, connector.Options, options);
        Promoter promoter = new(redis, keys, time, loggers.CreateLogger<Promoter>());
        Scheduler scheduler = new(redis, keys, promoter, new QueueControl(connector), time, loggers.CreateLogger<Scheduler>());
        RedisClock clock = new(time);
        PauseGate gate = new();
        FlowRules rules = new();
        TypeChoice choice = new(options.Types);
        ServiceTimes service = new();
        recovery = new Recovery(redis, keys, options, scripts, held, time, loggers.CreateLogger<Recovery>());
        LeaseKeeper lease = new(redis, keys, options, held, promoter, scheduler, gate, rules, choice, clock, recovery, new BatchCancellation(keys, connector.Options), new ResultRetention(redis, keys, connector.Options), time, loggers.CreateLogger<LeaseKeeper>());
        settler = new Settler(scripts, held, promoter, scheduler, metrics, time, loggers.CreateLogger<Settler>());
        TaskRunner runner = new(
            services.GetRequiredService<HandlerRegistry>(), threads, held, settler, scripts, redis, keys, connector.Options, options, services, metrics, clock, time, loggers.CreateLogger<TaskRunner>())
        {
            Stuck = LeaveStuck,
            Service = service,
        };
        orders = new WorkerOrders(gate, lifetime);
        control = new ControlListener(connection.Multiplexer, keys, held, promoter, scheduler, gate, rules, choice, options.Name, orders);
        Isolation isolation = new(options, held, runner, scripts, time, loggers.CreateLogger<Isolation>());
        AffinityChoice affinity = new([.. services.GetServices<IAffinitySource>()], keys, options, scripts, recovery, loggers.CreateLogger<AffinityChoice>());
        Diverter diverter = new(scripts, rules, choice, recovery, loggers.CreateLogger<Diverter>());
        fetcher = new Fetcher(connection, keys, options, held, runner, isolation, affinity, scripts, recovery, gate, choice, diverter, time, loggers.CreateLogger<Fetcher>());
        presence = new WorkerPresence(redis, keys, options, held, orders, service, fetcher, time, loggers.CreateLogger<WorkerPresence>());

        foreach (ScheduleRegistration registration in services.GetServices<ScheduleRegistration>())
            await services.GetRequiredService<RunnelClient>().Schedules.AddOrUpdateAsync(registration.Schedule, cancellationToken);
        await control.StartAsync();
        await lease.StartAsync(cancellationToken);
        settleLoop = Watch(settler.RunAsync(living.Token));
        leaseLoop = Watch(lease.RunAsync(living.Token));
        presenceLoop = Watch(presence.RunAsync(living.Token));
        promoteLoop = Watch(promoter.RunAsync(living.Token));
        scheduleLoop = Watch(scheduler.RunAsync(fetching.Token));
        fetchLoop = Watch(fetcher.RunAsync(fetching.Token));
        LogStarted(options.Name, keys.Queue, keys.Group, options.Concurrency, connection.Address);
    }

    /// <summary>Drains: no new task; running ones get <see cref="WorkerOptions.DrainTimeout"/>, then they are cancelled and handed back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (held is null)
            return;
        LogDraining(options.Name, held.Active);
        orders!.NoteDraining();
        await fetching.CancelAsync();
        await Ended(fetchLoop);
        using CancellationTokenSource hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, orders.StopNow);
        if (!await held.UntilAsync(() => held.Active == 0, options.DrainTimeout, time, hurry.Token))
        {
            LogHandingBack(options.Name, held.Active);
            held.CancelAll(CancelCause.Drain);
            await held.UntilAsync(() => held.Active == 0, HandBackTime, time, CancellationToken.None);
        }

        settler!.Complete();
        await Task.WhenAny(settleLoop, Task.Delay(HandBackTime, time, CancellationToken.None));
        await living.CancelAsync();
        await Ended(settleLoop);
        await Ended(scheduleLoop);
        await Ended(promoteLoop);
        await Ended(leaseLoop);
        await Ended(presenceLoop);
        await LeaveAsync();
        LogStopped(options.Name);
    }

    public void Dispose()
    {
        threads?.Dispose();
        orders?.Dispose();
        fetching.Dispose();
        living.Dispose();
    }

    private void RequireHandlers(HandlerRegistry handlers)
    {
        string[] unknown = [.. options.Types.Where(type => handlers.Find(type) is null)];
        if (unknown.Length == 0)
            return;
        throw new RunnelException($"Runnel:Worker:Types has {string.Join(", ", unknown)}, for which this worker has no handler (it has: "
            + $"{string.Join(", ", handlers.Types.Order(StringComparer.Ordinal))}). Give types that it has, or leave it out to take all.");
    }

    /// <summary>Hands back what handlers that ignored their token still hold, and forgets this consumer.</summary>
    private async Task LeaveAsync()
    {
        await fetcher!.DisposeAsync();
        try
        {
            await control!.StopAsync();
            foreach ((int level, string streamId) in held!.Entries())
                await scripts!.GiveBackAsync(level, streamId);
            await recovery!.RetireAsync(options.Name, crashed: false);
            await presence!.LeaveAsync();
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogNotRetired(e, options.Name); // its lease runs out, and others take over what it held
        }
    }

    /// <summary>A loop that ends by an unforeseen exception would leave a worker that looks alive: stop the host instead.</summary>
    private async Task Watch(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (living.IsCancellationRequested || fetching.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogLoopDied(e, options.Name);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private void LeaveStuck()
    {
        LogLeaving(options.Name);
        Environment.ExitCode = WorkerOptions.StuckExitCode;
        lifetime.StopApplication();
    }

    private static async Task Ended(Task loop) => await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task WarnOfEvictionAsync(IDatabase redis)
    {
        string info = (string?)await redis.ExecuteAsync("INFO", "memory") ?? "";
        string? policy = info.Split('\n').FirstOrDefault(l => l.StartsWith("maxmemory_policy:", StringComparison.Ordinal))?.Split(':')[1].Trim();
        if (policy is not (null or "noeviction"))
            LogEviction(policy);
    }

    [LoggerMessage(2050, LogLevel.Information, "Worker {Name} takes tasks from {Queue} (group {Group}, {Concurrency} at once) on Redis at {Address}.")]
    private partial void LogStarted(string name, string queue, string group, int concurrency, string address);

    [LoggerMessage(2051, LogLevel.Information, "Worker {Name} drains: {Count} task(s) run to their end, no new ones are taken.")]
    private partial void LogDraining(string name, int count);

    [LoggerMessage(2052, LogLevel.Warning, "Worker {Name} hands back {Count} task(s) that did not end within the drain timeout.")]
    private partial void LogHandingBack(string name, int count);

    [LoggerMessage(2053, LogLevel.Information, "Worker {Name} stopped.")]
    private partial void LogStopped(string name);

    [LoggerMessage(2054, LogLevel.Warning, "Worker {Name} could not sign off; others take over what it held when its lease runs out.")]
    private partial void LogNotRetired(Exception exception, string name);

    [LoggerMessage(2057, LogLevel.Warning, "Worker {Name} leaves after its other tasks, since a handler is stuck in it; its supervisor starts a fresh one.")]
    private partial void LogLeaving(string name);

    [LoggerMessage(2055, LogLevel.Critical, "A loop of worker {Name} died; the host stops.")]
    private partial void LogLoopDied(Exception exception, string name);

    [LoggerMessage(2056, LogLevel.Warning, "Redis has maxmemory-policy {Policy}: it may drop tasks when memory is short. Set it to noeviction.")]
    private partial void LogEviction(string policy);
}
