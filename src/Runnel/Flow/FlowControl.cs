using Runnel.Flow;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Rules for who may run how much, kept in Redis: they hold for all workers of the queue, from now on until changed. Setting one
/// lets go on at once what it held up; what runs already goes on.</summary>
public sealed class FlowControl
{
    private static readonly Script Set = new("flow-set.lua", ScriptLibraries.Flow);
    private static readonly Script Unpark = new("unpark.lua", ScriptLibraries.Flow);
    private readonly RunnelConnector connector;

    internal FlowControl(RunnelConnector connector) => this.connector = connector;

    /// <summary>Sets a group's share and limit. Groups need not be set to be used: the weight is 1 then, and there is no limit.</summary>
    /// <param name="group">As in <see cref="SubmitOptions.Group"/>.</param>
    /// <param name="weight">Its share of the turns while others wait too: 2 gets twice as many as 1; 0.001 to 1,000.</param>
    /// <param name="limit">Most tasks of it at once, over all workers; 0 holds it back; null for no limit.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="PayloadException">A value is out of its range.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task SetGroupAsync(string group, double weight = 1, int? limit = null, CancellationToken cancellationToken = default)
    {
        CheckName("group", group);
        CheckLimit(limit);
        return weight is >= 0.001 and <= 1000
            ? SetAsync("group", group, weight, limit is null ? "-" : limit, cancellationToken)
            : throw new PayloadException("weight", $"weight is {weight}; give 0.001 to 1000.");
    }

    /// <summary>Sets how many tasks of a type may run at once, over all workers. Costs each task of the type a detour: the worker that is
    /// delivered it has it wait for its turn.</summary>
    /// <param name="type">The task type.</param>
    /// <param name="limit">Most tasks at once; 0 holds the type back; null for no limit.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="PayloadException">A value is out of its range.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task SetLimitAsync(string type, int? limit, CancellationToken cancellationToken = default)
    {
        CheckName("type", type);
        CheckLimit(limit);
        return SetAsync("type limit", type, limit is null ? "-" : limit, "-", cancellationToken);
    }

    /// <summary>Sets how many tasks of a type may start in a time, over all workers; costs as <see cref="SetLimitAsync"/>.</summary>
    /// <param name="type">The task type.</param>
    /// <param name="rate">Null for no limit.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="PayloadException">A value is out of its range.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task SetTypeRateAsync(string type, RateLimit? rate, CancellationToken cancellationToken = default)
    {
        CheckName("type", type);
        rate?.Validate();
        return SetAsync("type rate", type, rate is null ? "-" : rate.IntervalUs, rate is null ? "-" : rate.Burst, cancellationToken);
    }

    /// <summary>Sets how many tasks with a rate key may start in a time, over all workers.</summary>
    /// <param name="key">As in <see cref="SubmitOptions.RateKey"/>.</param>
    /// <param name="rate">Null for no limit.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="PayloadException">A value is out of its range.</exception>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task SetRateAsync(string key, RateLimit? rate, CancellationToken cancellationToken = default)
    {
        CheckName("rate_key", key);
        rate?.Validate();
        return SetAsync("rate", key, rate is null ? "-" : rate.IntervalUs, rate is null ? "-" : rate.Burst, cancellationToken);
    }

    /// <summary>A rate for calls of handlers to something outside, shared by all processes of the queue that name it alike.</summary>
    /// <param name="name">1 to 200 characters without blanks.</param>
    /// <param name="rate">The same in all processes.</param>
    /// <param name="time">The clock of waits. Default: the system's.</param>
    /// <exception cref="PayloadException">A value is out of its range.</exception>
    public SharedRate GetSharedRate(string name, RateLimit rate, TimeProvider? time = null) => new(connector, name, rate, time ?? TimeProvider.System);

    /// <summary>A group's rule and how much of it waits and runs.</summary>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public async Task<GroupStatus> GetGroupAsync(string group, CancellationToken cancellationToken = default)
    {
        CheckName("group", group);
        QueueKeys keys = connector.Keys;
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        Task<RedisValue> rule = connection.CallAsync(redis => redis.HashGetAsync(keys.FlowGroups, group), cancellationToken);
        Task<RedisValue> waiting = connection.CallAsync(redis => redis.HashGetAsync(keys.FlowWaiting, group), cancellationToken);
        RedisValue admitted = await connection.CallAsync(redis => redis.HashGetAsync(keys.FlowUsed, "g:" + group), cancellationToken);
        return FlowReader.Group(group, (string?)await rule, (long)await waiting, (long)admitted);
    }

    /// <summary>All rules that were set, and what they hold.</summary>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public async Task<FlowStatus> GetAsync(CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => new FlowReader(redis, connector.Keys).ReadAsync(), cancellationToken);
    }

    internal Task PauseTypeAsync(string type, CancellationToken cancellationToken)
    {
        CheckName("type", type);
        return SetAsync("type pause", type, "1", "-", cancellationToken);
    }

    internal async Task ResumeTypeAsync(string type, CancellationToken cancellationToken)
    {
        const int MostAtOnce = 200;
        CheckName("type", type);
        await SetAsync("type pause", type, "0", "-", cancellationToken);
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        while ((int)await connection.CallAsync(redis => Unpark.RunAsync(redis, [connector.Keys.Flow], [type, MostAtOnce]), cancellationToken) == MostAtOnce)
        {
        }
    }

    private async Task SetAsync(string what, string name, RedisValue first, RedisValue second, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        await connection.CallAsync(
            redis => Set.RunAsync(redis, [connector.Keys.Flow], [what, name, connector.Keys.Control.ToString(), first, second]), cancellationToken);
    }

    private static void CheckLimit(int? limit)
    {
        if (limit < 0)
            throw new PayloadException("limit", $"limit is {limit}; give 0 or more, or null for no limit.");
    }

    internal static void CheckName(string field, string name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > 200 || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new PayloadException(field, $"{field} is '{name}'; give 1 to 200 characters without blanks.");
    }
}
