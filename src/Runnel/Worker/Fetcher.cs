using Microsoft.Extensions.Logging;
using Runnel.Flow;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Takes tasks from the streams: without blocking while there is work, else by one blocking read on a connection of its own.
/// Never takes more than there are free slots: a task must not wait behind another in this process.</summary>
internal sealed partial class Fetcher(
    RedisConnection connection,
    QueueKeys keys,
    WorkerOptions options,
    HeldTasks held,
    TaskRunner runner,
    Isolation isolation,
    AffinityChoice affinity,
    SettleScripts scripts,
    Recovery recovery,
    PauseGate gate,
    FlowRules rules,
    TimeProvider time,
    ILogger<Fetcher> logger) : IAsyncDisposable
{
    private const int LargestFetch = 256;
    private const int LeastForProbing = 16;
    private const int LeastForGathering = 8;
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(1);
    private static readonly Script Fetch = new("fetch.lua");
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);
    private readonly IDatabase redis = connection.Database;
    private readonly double[] credit = new double[QueueKeys.Levels];
    private readonly object[] blockingArguments =
    [
        "GROUP", keys.Group, options.Name, "COUNT", 1, "BLOCK", (long)Block.TotalMilliseconds, "STREAMS", .. keys.Streams.Cast<object>(), ">", ">", ">", ">", ">",
    ];

    private long wentRoundAt = time.GetTimestamp();
    private volatile bool resting;
    private int lastFetched;
    private int lastAsked;
    private int onlyLevel = -1; // the one level that had tasks at the last look; -1 for several or none
    private IConnectionMultiplexer? blocking;
    private RedisValue blockingClientId;

    /// <summary>Time since it last came round; zero while it waits for a free slot, or has been told to take nothing.</summary>
    public TimeSpan Age => resting ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref wentRoundAt));

    public async Task RunAsync(CancellationToken stopping)
    {
        TimeSpan pause = TimeSpan.Zero;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stopping);
                Volatile.Write(ref wentRoundAt, time.GetTimestamp());
                pause = TimeSpan.Zero;
            }
            catch (RedisServerException e) when (QueueGroups.IsMissing(e))
            {
                await QueueGroups.EnsureAsync(redis, keys);
            }
            catch (Exception e) when (e is RedisException or TimeoutException or RedisUnavailableException)
            {
                recovery.Suspect();
                if (pause == TimeSpan.Zero)
                    LogFetchFailed(e);
                pause = TimeSpan.FromMilliseconds(Math.Min(2000, (pause.TotalMilliseconds * 2) + 50 + Random.Shared.Next(100)));
                await CloseBlockingAsync();
                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
        }
    }

    public async ValueTask DisposeAsync() => await CloseBlockingAsync();

    /// <summary>One pass: waits for a free slot, then takes what waits, or waits for something.</summary>
    private async Task RunOnceAsync(CancellationToken stopping)
    {
        Task<int> slot = TakeSlotsAsync(stopping);
        if (!slot.IsCompleted)
            await RestAsync(slot);
        int slots = await slot;
        int used = 0;
        try
        {
            List<TaskEntry> entries = await FetchAsync(slots);
            (lastFetched, lastAsked) = (entries.Count, slots);
            used = entries.Count > 0 ? await StartAsync(entries, slots, stopping) : await BlockAsync(slots, stopping);
        }
        finally
        {
            held.FreeSlots(slots - used);
        }
    }

    private async Task RestAsync(Task<int> slot)
    {
        resting = true;
        await ((Task)slot).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref wentRoundAt, time.GetTimestamp());
        resting = false;
    }

    private async Task<int> TakeSlotsAsync(CancellationToken stopping)
    {
        await gate.WaitAsync(stopping);
        if (lastFetched >= LeastForGathering && held.HandlersAreBrief)
            await GatherAsync();
        return await held.TakeSlotsAsync(LargestFetch, stopping);
    }

    /// <summary>Starts what may run now, has the rest wait for its turn, and hands back what there is no slot for.</summary>
    /// <returns>Slots used.</returns>
    private async Task<int> StartAsync(List<TaskEntry> entries, int slots, CancellationToken stopping)
    {
        int used = 0;
        List<TaskEntry>? waiting = null, suspects = null;
        List<TaskEntry> chosen = await affinity.PreferAsync(entries.Count > slots ? entries[..slots] : entries);
        foreach (TaskEntry entry in chosen)
        {
            if (rules.MustWait(entry))
                (waiting ??= []).Add(entry);
            else
                Start(entry);
        }

        foreach (IGrouping<int, TaskEntry> level in waiting?.GroupBy(e => e.Level) ?? [])
        {
            foreach (TaskEntry entry in await DivertAsync([.. level]))
                Start(entry);
        }

        if (entries.Count > slots || suspects?.Count > 1)
            await GiveBackAsync([.. entries.Skip(slots), .. suspects?.Skip(1) ?? []]);
        if (suspects is null)
            return used;
        resting = true;
        await isolation.RunAsync(suspects[0], stopping);
        Volatile.Write(ref wentRoundAt, time.GetTimestamp());
        resting = false;
        return used + 1;

        void Start(TaskEntry entry)
        {
            if (isolation.Suspects(entry))
            {
                (suspects ??= []).Add(entry);
                return;
            }

            used++;
            runner.Start(runner.Take(entry));
        }
    }

    /// <returns>The entries that are to run now all the same.</returns>
    private async Task<IEnumerable<TaskEntry>> DivertAsync(TaskEntry[] entries)
    {
        try
        {
            return await scripts.DivertAsync([.. entries.Select(e => (e, rules.NeedsTurn(e) ? QueueKeys.LaneOf(e.Priority, e.Group, e.Type, e.RateKey) : null))]);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            recovery.Suspect(); // the audit finds what is delivered to us and unknown here
            LogNotDiverted(e, entries.Length);
            return [];
        }
    }

    private async Task GiveBackAsync(TaskEntry[] entries)
    {
        try
        {
            foreach (TaskEntry entry in entries)
                await scripts.GiveBackAsync(entry.Level, entry.EntryId);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            recovery.Suspect(); // the audit hands them back
            LogNotGivenBack(e, entries.Length);
        }
    }

    /// <summary>While brief tasks stream in, lets some come together: reads of a few entries cost more than the handlers. With a backlog
    /// it waits for slots, else a millisecond; a task that comes alone never waits.</summary>
    private Task GatherAsync() => lastFetched >= lastAsked / 2
        ? held.WhenHalfFreeAsync(2 * GatherTime, time)
        : Task.Delay(GatherTime, time, CancellationToken.None);

    private Task<List<TaskEntry>> FetchAsync(int count) =>
        onlyLevel >= 0 && count >= LeastForProbing ? FetchOneLevelAsync(count) : FetchAllLevelsAsync(count);

    /// <summary>The fast way while only one level has tasks: a plain read of it, and of one entry at most of each other level, for which
    /// slots are kept, so that nothing comes that has no slot. A hit there leads back to the script, which keeps the order.</summary>
    private async Task<List<TaskEntry>> FetchOneLevelAsync(int count)
    {
        RedisKey[] others = [.. keys.Streams.Where((_, level) => level != onlyLevel)];
        Task<RedisStream[]> probe = redis.StreamReadGroupAsync([.. others.Select(s => new StreamPosition(s, StreamPosition.NewMessages))], keys.Group, options.Name, countPerStream: 1);
        StreamEntry[] main = await redis.StreamReadGroupAsync(keys.Streams[onlyLevel], keys.Group, options.Name, StreamPosition.NewMessages, count - others.Length);
        List<TaskEntry> entries = [];
        foreach (RedisStream stream in await probe)
            entries.AddRange(stream.Entries.Select(e => TaskEntry.Parse(Array.IndexOf(keys.Streams, stream.Key), e)));
        bool alone = entries.Count == 0 && main.Length == count - others.Length;
        entries.AddRange(main.Select(e => TaskEntry.Parse(onlyLevel, e)));
        if (!alone)
            onlyLevel = -1;
        return entries;
    }

    private async Task<List<TaskEntry>> FetchAllLevelsAsync(int count)
    {
        RedisValue[] values = [keys.Group, options.Name, count, 0, 0, 0, 0, 0];
        int left = count;
        for (int level = QueueKeys.Low; level > QueueKeys.Critical; level--)
        {
            // A share saved up for longer than one delivery would let a lower level jump the line after a quiet time.
            credit[level] = Math.Min(Math.Max(1, count), credit[level] + (count * options.LowerPriorityShare));
            int reserved = Math.Min((int)credit[level], left);
            credit[level] -= reserved;
            left -= reserved;
            values[3 + level] = reserved;
        }

        List<TaskEntry> entries = Read(await Fetch.RunAsync(redis, keys.Streams, values), (reply, i) => (int)reply[i][0]);
        onlyLevel = entries.Count == count && entries.TrueForAll(e => e.Level == entries[0].Level) ? entries[0].Level : -1;
        return entries;
    }

    /// <summary>Waits on all streams until a task comes or the block time is over.</summary>
    /// <returns>Slots used.</returns>
    private async Task<int> BlockAsync(int slots, CancellationToken stopping)
    {
        if (blocking is null)
        {
            blocking = await connection.OpenBlockingAsync(Block, stopping);
            blocking.ConnectionRestored += (_, _) => blockingClientId = RedisValue.Null;
            blockingClientId = RedisValue.Null;
        }

        IDatabase waiting = blocking.GetDatabase();
        if (blockingClientId.IsNull)
            blockingClientId = (RedisValue)await waiting.ExecuteAsync("CLIENT", "ID");

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stopping, gate.Closing);
        Task<RedisResult> read = waiting.ExecuteAsync("XREADGROUP", blockingArguments);
        List<TaskEntry> entries = Read(await UnblockedOnEndAsync(read, end.Token), (reply, i) => Array.IndexOf(keys.Streams, (RedisKey)(string)reply[i][0]!));
        return await StartAsync(entries, end.IsCancellationRequested ? 0 : slots, stopping); // COUNT is per stream: up to five may come at once
    }

    /// <summary>Awaits the blocked read; on a stop or pause tells the server to end it, so that nothing is delivered to a worker that is gone.</summary>
    private async Task<RedisResult> UnblockedOnEndAsync(Task<RedisResult> read, CancellationToken end)
    {
        try
        {
            return await read.WaitAsync(end);
        }
        catch (OperationCanceledException)
        {
        }

        while (!read.IsCompleted)
        {
            await redis.ExecuteAsync("CLIENT", "UNBLOCK", blockingClientId);
            await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(20), time, CancellationToken.None)); // the read may not have got there yet
        }

        return await read;
    }

    private static List<TaskEntry> Read(RedisResult reply, Func<RedisResult, int, int> levelOf)
    {
        List<TaskEntry> entries = [];
        for (int i = 0; !reply.IsNull && i < reply.Length; i++)
        {
            int level = levelOf(reply, i);
            RedisResult found = reply[i][1];
            for (int j = 0; j < found.Length; j++)
                entries.Add(TaskEntry.Parse(level, found[j][0], found[j][1]));
        }

        return entries;
    }

    private async ValueTask CloseBlockingAsync()
    {
        IConnectionMultiplexer? old = blocking;
        blocking = null;
        if (old is not null)
            await RedisConnection.AbandonAsync(old);
    }

    [LoggerMessage(2041, LogLevel.Warning, "Could not have {Count} task(s) wait for their turn; they are handed back.")]
    private partial void LogNotDiverted(Exception exception, int count);

    [LoggerMessage(2044, LogLevel.Warning, "Could not hand back {Count} task(s) at once; they are handed back later.")]
    private partial void LogNotGivenBack(Exception exception, int count);

    [LoggerMessage(2040, LogLevel.Warning, "Could not fetch tasks; trying again until Redis answers.")]
    private partial void LogFetchFailed(Exception exception);
}
