using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Lookup;

/// <summary>Wakes those who wait for tasks: one blocking read of the completed stream for all of them, on a connection of its own,
/// which is opened when somebody waits for the first time.</summary>
internal sealed class CompletionFeed(RunnelConnector connector, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Watched for a change of any task.</summary>
    public const string AnyTask = "*";
    private const string Beginning = "0-0";
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    private readonly TimeProvider time = time;
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Watch>> watches = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource closing = new();
    private IConnectionMultiplexer? blocking;
    private Task loop = Task.CompletedTask;
    private TaskCompletionSource? ready; // null while nobody listens

    /// <summary>Starts to listen for one task. Look at the task after this returned: no later change is missed then.</summary>
    public async Task<Watch> WatchAsync(string id, CancellationToken cancellationToken)
    {
        Watch watch = new(this, id);
        Task listening;
        lock (gate)
        {
            if (!watches.TryGetValue(id, out List<Watch>? same))
                watches[id] = same = [];
            same.Add(watch);
            if (ready is null)
            {
                ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                loop = ListenAsync(ready);
            }

            listening = ready.Task;
        }

        try
        {
            await listening.WaitAsync(cancellationToken);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        if (blocking is not null)
            await RedisConnection.AbandonAsync(blocking);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ListenAsync(TaskCompletionSource started)
    {
        await Task.Yield(); // the caller holds the gate
        string last;
        try
        {
            RedisConnection connection = await connector.GetAsync(closing.Token);
            blocking ??= await connection.OpenBlockingAsync(Block, closing.Token);
            StreamEntry[] newest = await connection.Database.StreamRangeAsync(connector.Keys.Completed, count: 1, messageOrder: Order.Descending);
            last = newest.Length > 0 ? newest[0].Id.ToString() : Beginning;
        }
        catch (Exception e) // handed to all who wait for the start
        {
            lock (gate)
                ready = null;
            started.TrySetException(e);
            return;
        }

        started.TrySetResult();
        IDatabase redis = blocking.GetDatabase();
        while (GoOn())
        {
            try
            {
                RedisResult reply = await redis.ExecuteAsync(
                    "XREAD", "COUNT", 1000, "BLOCK", (long)Block.TotalMilliseconds, "STREAMS", connector.Keys.Completed, last);
                if (!reply.IsNull)
                    last = Wake(reply[0][1]);
            }
            catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private bool GoOn()
    {
        lock (gate)
        {
            if (watches.Count > 0 && !closing.IsCancellationRequested)
                return true;
            ready = null;
            return false;
        }
    }

    /// <summary>Wakes the watches of all tasks in the entries; returns the last entry's id.</summary>
    private string Wake(RedisResult entries)
    {
        lock (gate)
        {
            if (watches.TryGetValue(AnyTask, out List<Watch>? all))
                all.ForEach(watch => watch.Changed());
            for (int i = 0; i < entries.Length; i++)
            {
                string ids = RedisText.ToFields(entries[i][1]).ToText("ids") ?? "";
                foreach (Range part in ids.AsSpan().Split(' '))
                {
                    if (watches.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(ids.AsSpan(part), out List<Watch>? same))
                        same.ForEach(watch => watch.Changed());
                }
            }
        }

        return (string)entries[entries.Length - 1][0]!;
    }

    private void Remove(string id, Watch watch)
    {
        lock (gate)
        {
            if (watches.TryGetValue(id, out List<Watch>? same) && same.Remove(watch) && same.Count == 0)
                watches.Remove(id);
        }
    }

    /// <summary>One waiter for one change of one task.</summary>
    internal sealed class Watch(CompletionFeed feed, string id) : IDisposable
    {
        private readonly TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Waits for the next change; returns also after a while without one, since a bounded feed may have passed us by.</summary>
        public async Task ChangedAsync(TimeSpan limit, CancellationToken cancellationToken)
        {
            try
            {
                await changed.Task.WaitAsync(limit < LookAgain ? limit : LookAgain, feed.time, cancellationToken);
            }
            catch (TimeoutException)
            {
            }
        }

        public void Dispose() => feed.Remove(id, this);

        internal void Changed() => changed.TrySetResult();
    }
}
