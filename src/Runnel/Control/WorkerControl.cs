using System.Globalization;
using Runnel.Control;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>A queue's workers and supervisors, seen and told from any machine. Safe from several threads.</summary>
public sealed class WorkerControl
{
    private static readonly Script Order = new("order.lua");
    private static readonly Script SupervisorBeat = new("supervisor-beat.lua");
    private readonly RunnelConnector connector;

    internal WorkerControl(RunnelConnector connector) => this.connector = connector;

    private QueueKeys Keys => connector.Keys;

    /// <summary>All workers that have a lease, by name.</summary>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<IReadOnlyList<WorkerInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(async redis =>
        {
            string[] names = [.. (await redis.SortedSetRangeByScoreAsync(Keys.Workers, await NowAsync(redis), double.PositiveInfinity)).Select(name => name.ToString())];
            WorkerInfo[] workers = await Task.WhenAll(names.Select(async name => Read(name, Fields(await redis.HashGetAllAsync(Keys.Worker(name))))));
            return workers.OrderBy(worker => worker.Host, StringComparer.Ordinal).ThenBy(worker => worker.Name, StringComparer.Ordinal).ToArray();
        }, cancellationToken);
    }

    /// <summary>All supervisors that live, by id.</summary>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<IReadOnlyList<SupervisorInfo>> ListSupervisorsAsync(CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(async redis =>
        {
            RedisValue[] ids = await redis.SortedSetRangeByScoreAsync(Keys.Supervisors, await NowAsync(redis), double.PositiveInfinity);
            List<SupervisorInfo> supervisors = [];
            foreach (string id in ids.Select(id => id.ToString()).Order(StringComparer.Ordinal))
            {
                Dictionary<string, RedisValue> fields = Fields(await redis.HashGetAllAsync(Keys.Supervisor(id)));
                if (fields.Count > 0)
                    supervisors.Add(ReadSupervisor(id, fields));
            }

            return supervisors;
        }, cancellationToken);
    }

    /// <summary>Tells a worker something. It hears at once, or at its next beat; <see cref="ListAsync"/> shows what became of it.</summary>
    /// <param name="worker">Its name.</param>
    /// <param name="order">What to do.</param>
    /// <param name="cancellationToken">Stops the wait; it may have been told.</param>
    /// <returns>False where no such worker shows itself.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public Task<bool> TellAsync(string worker, WorkerOrder order, CancellationToken cancellationToken = default)
    {
        string word = order.ToString().ToLowerInvariant();
        return OrderAsync(Keys.Worker(worker), word, $"worker {worker} {word}", cancellationToken);
    }

    /// <summary>Changes how many worker processes a supervisor keeps running, within a second or two. Those that are too many drain.</summary>
    /// <param name="supervisor">Its id.</param>
    /// <param name="workers">0 to 1,000.</param>
    /// <param name="cancellationToken">Stops the wait; it may have been told.</param>
    /// <returns>False where no such supervisor lives.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 0 to 1,000.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public Task<bool> ResizeAsync(string supervisor, int workers, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, 1000);
        return OrderAsync(Keys.Supervisor(supervisor), workers.ToString(CultureInfo.InvariantCulture), "", cancellationToken);
    }

    /// <summary>Has a supervisor end with all its workers: <see cref="WorkerOrder.Drain"/> or <see cref="WorkerOrder.Stop"/>.</summary>
    /// <returns>False where no such supervisor lives.</returns>
    /// <exception cref="ArgumentException">A supervisor knows no such order.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public Task<bool> TellSupervisorAsync(string supervisor, WorkerOrder order, CancellationToken cancellationToken = default) => order is WorkerOrder.Drain or WorkerOrder.Stop
        ? OrderAsync(Keys.Supervisor(supervisor), order.ToString().ToLowerInvariant(), "", cancellationToken)
        : throw new ArgumentException($"A supervisor cannot be told to {order}; tell its workers.", nameof(order));

    /// <summary>Shows a supervisor for some seconds; for supervisors, which call it every second.</summary>
    /// <returns>What somebody wants of it, once: a number of workers, <c>drain</c> or <c>stop</c>; empty for nothing.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<string> ShowAsync(SupervisorInfo supervisor, CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        RedisResult want = await connection.CallAsync(redis => SupervisorBeat.RunAsync(
            redis,
            [Keys.Supervisors, Keys.Supervisor(supervisor.Id)],
            [
                supervisor.Id, 10_000, "host", supervisor.Host, "pid", supervisor.ProcessId, "started", supervisor.StartedAt.ToUnixTimeMilliseconds(),
                "workers", supervisor.Workers, "processes", supervisor.Processes, "autoscaled", supervisor.Autoscaled ? 1 : 0,
            ]), cancellationToken);
        return (string?)want ?? "";
    }

    /// <summary>Shows a supervisor no more, since it ends.</summary>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task HideAsync(string supervisor, CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        await connection.CallAsync(async redis =>
        {
            await redis.SortedSetRemoveAsync(Keys.Supervisors, supervisor);
            return await redis.KeyDeleteAsync(Keys.Supervisor(supervisor));
        }, cancellationToken);
    }

    private async Task<bool> OrderAsync(RedisKey target, string order, string message, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return (int)await connection.CallAsync(redis => Order.RunAsync(redis, [target], [order, Keys.Control.ToString(), message]), cancellationToken) == 1;
    }

    private static async Task<double> NowAsync(IDatabase redis) => (double)(long)(await redis.ExecuteAsync("TIME"))[0] * 1000;

    private static Dictionary<string, RedisValue> Fields(HashEntry[] entries) => entries.ToDictionary(e => e.Name.ToString(), e => e.Value, StringComparer.Ordinal);

    private static WorkerInfo Read(string name, Dictionary<string, RedisValue> fields) => new()
    {
        Name = name,
        Host = fields.ToText("host") ?? "",
        ProcessId = fields.ToInt("pid", 0),
        Version = fields.ToText("version") ?? "",
        StartedAt = RedisText.ToTime(fields.GetValueOrDefault("started")),
        Condition = Enum.TryParse(fields.ToText("condition"), ignoreCase: true, out WorkerCondition condition) ? condition : WorkerCondition.Running,
        Types = fields.ToText("types") is { Length: > 0 } types ? types.Split(',') : [],
        Slots = fields.ToInt("slots", 0),
        Running = fields.ToInt("running", 0),
        Memory = fields.TryGetValue("memory", out RedisValue memory) && memory.TryParse(out long bytes) ? bytes : 0,
        Cpu = fields.TryGetValue("cpu", out RedisValue cpu) && cpu.TryParse(out double busy) ? busy : 0,
        FetchAge = TimeSpan.FromMilliseconds(fields.ToInt("fetch_age", 0)),
        BeatAt = RedisText.ToTime(fields.GetValueOrDefault("beat")),
        Supervisor = fields.ToText("supervisor") ?? "",
        Number = fields.ToInt("number", 0),
    };

    private static SupervisorInfo ReadSupervisor(string id, Dictionary<string, RedisValue> fields) => new()
    {
        Id = id,
        Host = fields.ToText("host") ?? "",
        ProcessId = fields.ToInt("pid", 0),
        StartedAt = RedisText.ToTime(fields.GetValueOrDefault("started")) ?? default,
        Workers = fields.ToInt("workers", 0),
        Processes = fields.ToInt("processes", 0),
        Autoscaled = fields.ToInt("autoscaled", 0) == 1,
    };
}
