using System.Runtime.CompilerServices;
using System.Text;
using Runnel.Composition;
using Runnel.Lookup;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>The dead letters of one queue: to look at, put back, or delete.</summary>
public sealed class DeadLetters
{
    private const int PageSize = 100;
    private static readonly Script RequeueScript = new("requeue.lua", ScriptLibraries.Flow);
    private static readonly Script PurgeScript = new("purge.lua", "lib-family.lua");
    private readonly RunnelConnector connector;
    private readonly TaskReader reader;
    private BatchBases? bases;

    internal DeadLetters(RunnelConnector connector, TaskReader reader)
    {
        this.connector = connector;
        this.reader = reader;
    }

    /// <summary>Lists dead letters, the newest first, page by page; what dies or is removed meanwhile may be missed.</summary>
    /// <param name="filter">Which ones; null for all.</param>
    /// <param name="most">Most letters to list.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async IAsyncEnumerable<DeadLetter> ListAsync(
        DeadLetterFilter? filter = null, int most = int.MaxValue, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int listed = 0;
        await foreach (string[] page in PagesAsync(filter?.OlderThan, cancellationToken))
        {
            foreach (string id in page)
            {
                if (listed == most)
                    yield break;
                if (await FindAsync(id, cancellationToken) is { } letter && filter?.Matches(letter) != false)
                {
                    listed++;
                    yield return letter;
                }
            }
        }
    }

    /// <summary>One dead letter with its payload and error history.</summary>
    /// <returns>Null where the id is no dead letter.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        Task<double?> score = connection.CallAsync(redis => redis.SortedSetScoreAsync(connector.Keys.Dead, id), cancellationToken);
        Task<RedisValue[]> body = connection.CallAsync(redis => redis.HashGetAsync(connector.Keys.Record(id), ["payload", "raw", "data", "base"]), cancellationToken);
        TaskInfo? task = await reader.FindAsync(id, cancellationToken);
        RedisValue[] kept = await body;
        return await score is { } diedAt && task is not null
            ? new DeadLetter
            {
                Task = task,
                DiedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)diedAt),
                Payload = !kept[0].IsNull ? Encoding.UTF8.GetString(await WholeAsync(connection, id, Packing.Expand((byte[])kept[0]!), kept[3], cancellationToken))
                    : kept.FirstOrDefault(value => !value.IsNull).ToString(), // data: an older producer's, which no worker has read yet
            }
            : null;
    }

    /// <summary>Puts a dead letter back into its stream: its attempts start anew, its error history stays.</summary>
    /// <returns>False where the id is no dead letter.</returns>
    /// <exception cref="RunnelException">It never was a readable task: purge it, and submit what was meant.</exception>
    /// <exception cref="DuplicateTaskException">It is a unique task, and another has its key by now.</exception>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<bool> RequeueAsync(string id, CancellationToken cancellationToken = default)
    {
        QueueKeys keys = connector.Keys;
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        RedisResult reply = await connection.CallAsync(redis => RequeueScript.RunAsync(
            redis, [keys.Record(id), keys.Dead, keys.Stats, .. keys.Streams[QueueKeys.Critical..]], [id]), cancellationToken);
        return (int)reply[0] switch
        {
            -1 => throw new RunnelException(
                $"The dead letter {id} never was a readable task, so it cannot run; submit what was meant, then purge it: runnel dlq purge {id}"),
            -2 => throw new DuplicateTaskException((string)reply[1]!, (string)reply[2]!),
            int put => put == 1,
        };
    }

    /// <summary>Puts back all dead letters that match, each as <see cref="RequeueAsync"/>; unreadable ones stay, and unique ones
    /// whose key another task has by now.</summary>
    /// <param name="filter">Which ones; null for all.</param>
    /// <param name="cancellationToken">Stops between two letters.</param>
    /// <returns>How many were put back.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<int> RequeueAllAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default)
    {
        int requeued = 0;
        foreach (string id in await IdsAsync(filter, readable: true, cancellationToken))
        {
            try
            {
                requeued += await RequeueAsync(id, cancellationToken) ? 1 : 0;
            }
            catch (DuplicateTaskException)
            {
            }
        }

        return requeued;
    }

    /// <summary>Deletes a dead letter for good.</summary>
    /// <returns>False where the id is no dead letter.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<bool> PurgeAsync(string id, CancellationToken cancellationToken = default) => await PurgeAsync([id], cancellationToken) == 1;

    /// <summary>Deletes all dead letters that match, for good.</summary>
    /// <param name="filter">Which ones; null for all.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<int> PurgeAllAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default)
    {
        int purged = 0;
        foreach (string[] ids in (await IdsAsync(filter, readable: false, cancellationToken)).Chunk(PageSize))
            purged += await PurgeAsync(ids, cancellationToken);
        return purged;
    }

    /// <summary>The payload with the base of its batch, where it is a patch of one that is still there.</summary>
    private async Task<byte[]> WholeAsync(RedisConnection connection, string id, byte[] payload, RedisValue digest, CancellationToken cancellationToken) =>
        digest.IsNull ? payload : await connection.CallAsync(redis => (bases ??= new BatchBases(redis, connector.Keys)).MergeAsync(id, digest!, payload), cancellationToken) ?? payload;

    private async Task<int> PurgeAsync(string[] ids, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return (int)await connection.CallAsync(redis => PurgeScript.RunAsync(
            redis, [connector.Keys.Dead, connector.Keys.Stats], [connector.Keys.RecordPrefix, .. ids.Select(id => (RedisValue)id)]), cancellationToken);
    }

    /// <summary>All ids first: requeueing and purging change what a page would show next.</summary>
    private async Task<List<string>> IdsAsync(DeadLetterFilter? filter, bool readable, CancellationToken cancellationToken)
    {
        List<string> ids = [];
        await foreach (DeadLetter letter in ListAsync(filter, cancellationToken: cancellationToken))
        {
            if (!readable || letter.Task.Type.Length > 0)
                ids.Add(letter.Task.Id);
        }

        return ids;
    }

    private async IAsyncEnumerable<string[]> PagesAsync(TimeSpan? olderThan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        double newest = double.PositiveInfinity;
        if (olderThan is { } age)
        {
            RedisResult time = await connection.CallAsync(redis => redis.ExecuteAsync("TIME"), cancellationToken);
            newest = ((long)time[0] * 1000) + ((long)time[1] / 1000) - age.TotalMilliseconds;
        }

        for (long skip = 0; ; skip += PageSize)
        {
            RedisValue[] page = await connection.CallAsync(
                redis => redis.SortedSetRangeByScoreAsync(connector.Keys.Dead, stop: newest, order: Order.Descending, skip: skip, take: PageSize), cancellationToken);
            yield return [.. page.Select(id => id.ToString())];
            if (page.Length < PageSize)
                yield break;
        }
    }
}
