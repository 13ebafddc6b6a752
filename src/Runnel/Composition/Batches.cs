using System.Runtime.CompilerServices;
using System.Text.Json;
using Runnel.Lookup;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Composition;

/// <summary>Submits and reads batches. A member is counted by the script that ends it, and the last one ends the batch.</summary>
internal sealed class Batches(RunnelConnector connector, RunnelMetrics metrics, TaskReader reader, TimeProvider time)
{
    private const int ChunkTasks = 100, ChunkBytes = 1 << 20;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly Script Open = new("batch-open.lua");
    private static readonly Script Add = new("batch-add.lua", ["lib-family.lua", .. ScriptLibraries.Results]);
    private static readonly Script Seal = new("batch-seal.lua", "lib-family.lua");
    private QueueKeys Keys => connector.Keys;

    private static readonly RedisValue[] Figures = ["type", "total", "added", "completed", "failed", "cancelled", "at", "finished", "cancel"];

    /// <summary>Opens the batch, or goes on with one that was opened by the same call before.</summary>
    /// <exception cref="PayloadException">One with that id is there, and of another type or base.</exception>
    public async Task OpenAsync(string id, string type, BatchBase? common, CancellationToken cancellationToken)
    {
        int opened = (int)await RunAsync(
            Open,
            [BatchKey(id)],
            [type, (long)connector.Options.ResultRetention.TotalMilliseconds, connector.Options.CompletedFeedLength, common is null ? "" : common.Stored, common?.Digest ?? ""],
            cancellationToken);
        if (opened < 0)
            throw new PayloadException("id", $"The batch {id} is there already, with another task type or base; give this one another id, or submit what that one was.");
    }

    /// <summary>Cancels the members that have not ended, and has the batch take no more; false where it is unknown.</summary>
    public async Task<bool> CancelAsync(string id, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => new BatchCancellation(Keys, connector.Options).RunAsync(redis, id), cancellationToken);
    }

    /// <summary>Submits all members, as fast as Redis takes them and no more at once than may be in flight, and closes the batch.</summary>
    /// <param name="id">The batch, which is open.</param>
    /// <param name="level">Stream of the members.</param>
    /// <param name="fields">What all members have in common.</param>
    /// <param name="payloads">UTF-8 JSON, packed where it is large.</param>
    /// <param name="maxInFlight">Members that may be open.</param>
    /// <param name="cancellationToken">Stops between two writes.</param>
    public async Task SubmitAsync(
        string id, int level, NameValueEntry[] fields, IAsyncEnumerable<ReadOnlyMemory<byte>> payloads, int maxInFlight, CancellationToken cancellationToken)
    {
        long index = 0;
        int bytes = 0;
        List<RedisValue> chunk = [];
        async Task FlushAsync()
        {
            await AddAsync(id, level, fields, index, chunk, maxInFlight, cancellationToken);
            index += chunk.Count;
            bytes = 0;
            chunk.Clear();
        }

        await using IAsyncEnumerator<ReadOnlyMemory<byte>> source = payloads.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            ValueTask<bool> next = source.MoveNextAsync();
            if (!next.IsCompleted && chunk.Count > 0)
                await FlushAsync(); // a slow source must not hold back what it gave
            if (!await next)
                break;
            chunk.Add(source.Current);
            bytes += source.Current.Length;
            if (chunk.Count == Math.Min(ChunkTasks, maxInFlight) || bytes >= ChunkBytes)
                await FlushAsync();
        }

        if (chunk.Count > 0)
            await FlushAsync();
        await RunAsync(Seal, [BatchKey(id), Keys.Stats], [id, index], cancellationToken);
    }

    /// <summary>The batch's counters; null where it is unknown.</summary>
    public async Task<BatchInfo?> FindAsync(string id, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        RedisValue[] values = await connection.CallAsync(redis => redis.HashGetAsync(BatchKey(id), Figures), cancellationToken); // not the base, which may be large
        Dictionary<string, RedisValue> fields = Figures.Zip(values).Where(f => !f.Second.IsNull).ToDictionary(f => f.First.ToString(), f => f.Second, StringComparer.Ordinal);
        if (fields.Count == 0)
            return null;
        long Count(string name) => fields.TryGetValue(name, out RedisValue value) ? (long)value : 0;
        return new BatchInfo
        {
            Id = id,
            Type = fields.ToText("type") ?? "",
            Total = fields.ContainsKey("total") ? Count("total") : null,
            Submitted = Count("added"),
            Completed = Count("completed"),
            Failed = Count("failed"),
            Cancelled = Count("cancelled"),
            StartedAt = RedisText.ToTime(fields.GetValueOrDefault("at")) ?? default,
            FinishedAt = RedisText.ToTime(fields.GetValueOrDefault("finished")),
            CancelRequestedAt = RedisText.ToTime(fields.GetValueOrDefault("cancel")),
        };
    }

    /// <summary>The members in their order, read page by page.</summary>
    public async IAsyncEnumerable<BatchResult<T>> ReadAsync<T>(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long count = (await FindAsync(id, cancellationToken))?.Submitted ?? 0;
        for (long first = 0; first < count; first += ChunkTasks)
        {
            string[] ids = [.. Enumerable.Range(0, (int)Math.Min(ChunkTasks, count - first)).Select(i => $"{id}.{first + i}")];
            byte[]?[] stored = await reader.GetStoredAsync(ids, cancellationToken);
            for (int i = 0; i < ids.Length; i++)
            {
                if (stored[i] is { } envelope)
                    yield return new BatchResult<T>(first + i, ids[i], TaskState.Completed, TaskReader.ResultOf(envelope).Deserialize<T>(connector.Options.Json));
                else
                    yield return new BatchResult<T>(first + i, ids[i], (await reader.FindAsync(ids[i], cancellationToken))?.State, default);
            }
        }
    }

    private async Task AddAsync(
        string id, int level, NameValueEntry[] fields, long index, List<RedisValue> chunk, int maxInFlight, CancellationToken cancellationToken)
    {
        RedisValue[] values =
        [
            id, index, QueueKeys.TaskIdOf(level, ""), maxInFlight, connector.Options.MaxDepth is { } most ? most : "", chunk.Count,
            .. chunk, .. fields.SelectMany(f => new[] { f.Name, f.Value }),
        ];
        TimeSpan pause = ShortestPause;
        while (true)
        {
            RedisResult reply = await RunAsync(Add, [BatchKey(id), Keys.Stats, Keys.Delayed, .. Keys.Streams], values, cancellationToken);
            switch ((int)reply[0])
            {
                case 1:
                    metrics.Submitted.Add((long)reply[1]);
                    return;
                case 0: // too many are open: the more that goes on, the longer the pause
                    await Task.Delay(pause, time, cancellationToken);
                    pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
                    break;
                case -1:
                    throw new RunnelException($"The batch {id} is gone while it was being submitted; was {BatchKey(id)} deleted?");
                case -4:
                    throw new RunnelException($"The batch {id} has {(long)reply[1]} members and had {index}: Redis lost some, as by a failover. Submit it again with its id.");
                case -3:
                    throw new BatchCancelledException(id, index);
                default:
                    throw new PayloadException("id", $"The batch {id} cannot have a member {(string?)reply[1]}: another task has that id. Give the batch another id.");
            }
        }
    }

    private async Task<RedisResult> RunAsync(Script script, RedisKey[] scriptKeys, RedisValue[] values, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return await connection.CallAsync(redis => script.RunAsync(redis, scriptKeys, values), cancellationToken);
    }

    private RedisKey BatchKey(string id) => Keys.BatchPrefix + id;
}
