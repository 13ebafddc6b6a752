using Runnel.Redis;
using Runnel.Scheduling;
using StackExchange.Redis;

namespace Runnel;

/// <summary>The schedules of one queue. They fire while any worker of the queue runs; for each fire time one task is submitted, however many
/// workers there are, with the id <c>schedule:ID:FIRE_TIME</c> (Unix ms).</summary>
public sealed class Schedules
{
    private readonly RunnelConnector connector;

    internal Schedules(RunnelConnector connector) => this.connector = connector;

    private ScheduleScripts Scripts => field ??= new ScheduleScripts(connector.Keys);

    /// <summary>Adds a schedule; it fires from now on.</summary>
    /// <exception cref="PayloadException">A field is wrong.</exception>
    /// <exception cref="RunnelException">There is one with that id.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task AddAsync(Schedule schedule, CancellationToken cancellationToken = default)
    {
        if (!await SaveAsync(schedule, SaveMode.Add, cancellationToken))
            throw new RunnelException($"The queue {connector.Keys.Queue} has a schedule '{schedule.Id}' already; update or remove that, or give another id.");
    }

    /// <summary>Changes a schedule. While its cron expression and time zone stay as they are, what is due stays due; else it fires from now on.</summary>
    /// <exception cref="PayloadException">A field is wrong.</exception>
    /// <exception cref="RunnelException">There is none with that id.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task UpdateAsync(Schedule schedule, CancellationToken cancellationToken = default)
    {
        if (!await SaveAsync(schedule, SaveMode.Update, cancellationToken))
            throw Unknown(schedule.Id);
    }

    /// <summary>Adds a schedule, or changes the one with its id as <see cref="UpdateAsync"/> does; but one that is paused stays so.</summary>
    /// <exception cref="PayloadException">A field is wrong.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public Task AddOrUpdateAsync(Schedule schedule, CancellationToken cancellationToken = default) => SaveAsync(schedule, SaveMode.Set, cancellationToken);

    /// <summary>One schedule with its last and next fire time.</summary>
    /// <returns>Null where there is none with that id.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<ScheduleInfo?> GetAsync(string id, CancellationToken cancellationToken = default) => (await FindAsync(id, cancellationToken))?.Info;

    /// <summary>All schedules, the next to fire first, then those that are paused or end.</summary>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<IReadOnlyList<ScheduleInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        const int Page = 100;
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        RedisValue[] ids = await connection.CallAsync(redis => redis.SortedSetRangeByRankAsync(connector.Keys.Schedules), cancellationToken);
        List<ScheduleInfo> found = [];
        foreach (RedisValue[] page in ids.Chunk(Page))
            found.AddRange((await Task.WhenAll(page.Select(id => GetAsync(id.ToString(), cancellationToken)))).OfType<ScheduleInfo>());
        return found;
    }

    /// <summary>Removes a schedule; tasks that it submitted stay.</summary>
    /// <returns>False where there was none.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => Scripts.RemoveAsync(redis, id), cancellationToken);
    }

    /// <summary>Has a schedule rest until it is resumed; its fire times pass meanwhile.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<bool> PauseAsync(string id, CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => Scripts.PauseAsync(redis, id), cancellationToken);
    }

    /// <summary>Ends a schedule's pause; it fires from now on.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<bool> ResumeAsync(string id, CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        while (true)
        {
            if (await FindAsync(id, cancellationToken) is not { } seen)
                return false;
            DateTimeOffset? next = CronTimes.Of(seen.Schedule).Next(await NowAsync(connection, cancellationToken));
            if (await connection.CallAsync(redis => Scripts.ResumeAsync(redis, seen, next), cancellationToken) is { } resumed)
                return resumed;
        }
    }

    /// <summary>Submits a schedule's task now, paused or not and whatever its previous task does; its fire times stay as they are.</summary>
    /// <returns>The task's id.</returns>
    /// <exception cref="RunnelException">There is none with that id.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<string> TriggerNowAsync(string id, CancellationToken cancellationToken = default)
    {
        string mark = $"now-{Guid.NewGuid():N}";
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => Scripts.TriggerAsync(redis, id, mark), cancellationToken) ? ScheduledTaskId.Of(id, mark) : throw Unknown(id);
    }

    /// <summary>When a schedule fires next (UTC), as if it were not paused.</summary>
    /// <param name="id">The schedule.</param>
    /// <param name="count">Most times to give, 1 to 10,000.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RunnelException">There is none with that id.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is not in 1 to 10,000.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<IReadOnlyList<DateTimeOffset>> NextFireTimesAsync(string id, int count, CancellationToken cancellationToken = default)
    {
        StoredSchedule schedule = await FindAsync(id, cancellationToken) ?? throw Unknown(id);
        return schedule.Schedule.NextFireTimes(await NowAsync(await connector.GetAsync(cancellationToken), cancellationToken), count);
    }

    private async Task<StoredSchedule?> FindAsync(string id, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        HashEntry[] fields = await connection.CallAsync(redis => redis.HashGetAllAsync(connector.Keys.Schedule(id)), cancellationToken);
        return StoredSchedule.Parse(id, fields.ToDictionary(f => f.Name.ToString(), f => f.Value, StringComparer.Ordinal));
    }

    private async Task<bool> SaveAsync(Schedule schedule, SaveMode mode, CancellationToken cancellationToken)
    {
        schedule.Validate();
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        DateTimeOffset? next = CronTimes.Of(schedule).Next(await NowAsync(connection, cancellationToken));
        return await connection.CallAsync(redis => Scripts.SaveAsync(redis, schedule, mode, next), cancellationToken);
    }

    /// <summary>Redis decides what time it is.</summary>
    private static async Task<DateTimeOffset> NowAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        RedisResult time = await connection.CallAsync(redis => redis.ExecuteAsync("TIME"), cancellationToken);
        return DateTimeOffset.FromUnixTimeMilliseconds(((long)time[0] * 1000) + ((long)time[1] / 1000));
    }

    private RunnelException Unknown(string id) =>
        new($"No schedule '{id}' is known on the queue {connector.Keys.Queue}. Check the id and the queue; runnel schedule list shows all.");
}
