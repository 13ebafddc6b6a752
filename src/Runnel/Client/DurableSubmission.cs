using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Confirms submissions by WAIT and WAITAOF. These hold up all that follows on their connection, so they have one of their own; what
/// is submitted while one is in flight is confirmed together by the next. The submission itself may go by any connection: offsets in the
/// replication stream are the server's, and a write that follows it, on the connection that waits, covers it.</summary>
internal sealed class DurableSubmission(RunnelConnector connector) : IAsyncDisposable
{
    private static readonly string Confirm = string.Join('\n', ScriptLibraries.Results.Append("confirm.lua").Select(Script.Load));
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<Durability, Group> gathering = [];
    private IConnectionMultiplexer? waiting;
    private bool? canFsync;

    /// <summary>Checks, before anything is submitted, that the server has what is asked for.</summary>
    /// <exception cref="PayloadException">It has no WAITAOF.</exception>
    public async ValueTask CheckAsync(Durability durability, CancellationToken cancellationToken)
    {
        if (!durability.IsFsynced || canFsync == true)
            return;
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        canFsync = await connection.CallAsync(async redis => !(await redis.ExecuteAsync("COMMAND", "INFO", "WAITAOF"))[0].IsNull, cancellationToken);
        if (canFsync == false)
        {
            throw new PayloadException("durability", $"durability is fsynced, which needs WAITAOF (Redis 7.2 or newer); the Redis at {connection.Address} does not "
                + "have it, and nothing was submitted. Update Redis, or use Durability.Replicated with a replica that has appendonly yes.");
        }
    }

    /// <summary>Waits until what was submitted is as durable as asked.</summary>
    /// <exception cref="DurabilityNotMetException">It is not, or nobody can tell.</exception>
    public async Task ConfirmAsync(string id, Durability durability, CancellationToken cancellationToken)
    {
        Group group;
        int number;
        lock (gate)
        {
            if (!gathering.TryGetValue(durability, out Group? open))
            {
                gathering[durability] = open = new Group();
                open.Sent = SendAsync(durability, open);
            }

            group = open;
            number = group.Ids.Count;
            group.Ids.Add(id);
        }

        try
        {
            Confirmation confirmation = await group.Sent.WaitAsync(cancellationToken);
            if (confirmation.Unknown.Contains(number))
                throw new DurabilityNotMetException(id, durability.Describe(), "Redis does not know it any more, as after a failover that lost it");
            if (durability.IsFsynced && confirmation.Local < 1)
                throw new DurabilityNotMetException(id, durability.Describe(), $"the primary did not write it to disk within {durability.Timeout.TotalSeconds:0.###} s");
            if (confirmation.Replicas < durability.Replicas)
                throw new DurabilityNotMetException(id, durability.Describe(), $"{confirmation.Replicas} replica(s) had it after {durability.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (e is RedisException or TimeoutException or RedisUnavailableException or ObjectDisposedException)
        {
            throw new DurabilityNotMetException(id, durability.Describe(), $"Redis did not confirm it ({e.Message})", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (waiting is not null)
            await RedisConnection.AbandonAsync(waiting);
    }

    /// <summary>Waits for its turn, while others join the group, and sends it.</summary>
    private async Task<Confirmation> SendAsync(Durability durability, Group group)
    {
        await turn.WaitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the gate
        try
        {
            waiting ??= await (await connector.GetAsync(CancellationToken.None)).OpenBlockingAsync(LongestWait, CancellationToken.None);
            lock (gate)
                gathering.Remove(durability);
            IDatabase redis = waiting.GetDatabase();
            for (int tries = 0; tries < 3; tries++)
            {
                if (await TrySendAsync(redis, durability, group.Ids) is { } confirmation)
                    return confirmation;
            }

            throw new RedisUnavailableException("the connection broke again and again");
        }
        finally
        {
            lock (gate)
            {
                if (gathering.GetValueOrDefault(durability) == group)
                    gathering.Remove(durability);
            }

            turn.Release();
        }
    }

    /// <summary>Null where the connection was another one in the end: a WAIT on it would have waited for nothing.</summary>
    private async Task<Confirmation?> TrySendAsync(IDatabase redis, Durability durability, List<string> ids)
    {
        List<object> arguments = [Confirm, 1, connector.Keys.Stats];
        foreach (string id in ids)
        {
            bool named = QueueKeys.TryParse(id, out int level, out string entryId);
            arguments.AddRange([id, named ? QueueKeys.TaskIdOf(level, "") : "", entryId]);
        }

        long timeout = (long)Math.Ceiling(durability.Timeout.TotalMilliseconds);
        IBatch batch = redis.CreateBatch();
        Task<RedisResult> before = batch.ExecuteAsync("CLIENT", "ID");
        Task<RedisResult> unknown = batch.ExecuteAsync("EVAL", arguments);
        Task<RedisResult> reached = durability.IsFsynced
            ? batch.ExecuteAsync("WAITAOF", 1, durability.Replicas, timeout)
            : batch.ExecuteAsync("WAIT", durability.Replicas, timeout);
        Task<RedisResult> after = batch.ExecuteAsync("CLIENT", "ID");
        batch.Execute();
        await Task.WhenAll(before, unknown, reached, after);
        if ((long)await before != (long)await after)
            return null;
        HashSet<int> lost = [.. (int[])(await unknown)!];
        RedisResult count = await reached;
        return durability.IsFsynced ? new Confirmation(lost, (int)count[0], (int)count[1]) : new Confirmation(lost, 0, (int)count);
    }

    private sealed record Confirmation(HashSet<int> Unknown, int Local, int Replicas);

    private sealed class Group
    {
        public List<string> Ids { get; } = [];

        public Task<Confirmation> Sent { get; set; } = null!; // set under the gate, before anybody else sees the group
    }
}
