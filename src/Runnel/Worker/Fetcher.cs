using Microsoft.Extensions.Logging;
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
    TypeChoice choice,
    Diverter diverter,
    TimeProvider time,
    ILogger<Fetcher> logger) : IAsyncDisposable
{
    private const int LargestFetch = 256;
    private const int LeastForProbing = 16;
    private const int LeastForGathering = 8;
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan HeldUpTime = TimeSpan.FromMilliseconds(200);
    private static readonly Script Fetch = new("fetch.lua");
    private static readonly Script FetchSidings = new("fetch-sidings.lua", ScriptLibraries.Flow);
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
    private bool skipping; // most of what came last was of types that others take
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
            long heard = choice.Times;
            List<TaskEntry> entries = await FetchAsync(slots);
            (lastFetched, lastAsked) = (Math.Min(entries.Count, slots), slots);
            if (entries.Count > 0)
                used = await StartAsync(entries, slots, stopping);
            else
                used = await BlockAsync(slots, heard, stopping);
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
        List<TaskEntry> surplus = Surplus(entries, slots);
        List<TaskEntry> suitable = choice.IsLimited ? entries.FindAll(choice.Takes) : entries;
        foreach (TaskEntry entry in (await affinity.PreferAsync(suitable)).Concat(suitable.Count < entries.Count ? entries.Except(suitable) : []))
        {
            if (diverter.MustWait(entry))
                (waiting ??= []).Add(entry);
            else
                Start(entry);
        }

        bool limited = choice.IsLimited;
        if (waiting is not null || (limited && surplus.Count > 0))
        {
            foreach (TaskEntry entry in await diverter.DivertAsync(waiting ?? [], limited ? surplus : []))
                Start(entry);
        }

        if ((!limited && surplus.Count > 0) || suspects?.Count > 1)
            await GiveBackAsync([.. limited ? [] : surplus, .. suspects?.Skip(1) ?? []]);
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

    /// <summary>Removes what there is no slot for. Where this worker takes some types only, it fetches more than its slots to get past the others.</summary>
    private List<TaskEntry> Surplus(List<TaskEntry> entries, int slots)
    {
        List<TaskEntry> surplus = [];
        int all = entries.Count, foreign = 0;
        entries.RemoveAll(entry =>
        {
            bool takes = choice.Takes(entry);
            foreign += takes ? 0 : 1;
            if (!takes || slots-- > 0)
                return false;
            surplus.Add(entry);
            return true;
        });
        skipping = 2 * foreign >= all && foreign > 0;
        return surplus;
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

    private Task<List<TaskEntry>> FetchAsync(int slots)
    {
        if (choice.MayPull)
            return FetchAllLevelsAsync(slots);
        int count = skipping ? LargestFetch : slots;
        return onlyLevel >= 0 && count >= LeastForProbing ? FetchOneLevelAsync(count) : FetchAllLevelsAsync(count);
    }

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

        List<TaskEntry> entries = await (choice.MayPull ? FetchSidingsAsync(values) : FetchStreamsAsync(values));
        onlyLevel = entries.Count == count && entries.TrueForAll(e => e.Level == entries[0].Level) ? entries[0].Level : -1;
        return entries;
    }

    private async Task<List<TaskEntry>> FetchStreamsAsync(RedisValue[] values) => Read(await Fetch.RunAsync(redis, keys.Streams, values));

    private async Task<List<TaskEntry>> FetchSidingsAsync(RedisValue[] values)
    {
        long heard = choice.Times;
        RedisResult reply = await FetchSidings.RunAsync(redis, keys.Streams, [.. values, .. choice.Names]);
        if ((int)reply[1] == 0)
            choice.FoundEmpty(heard);
        return Read(reply[0]);
    }

    /// <summary>Waits on all streams until a task comes, one is heard of in a siding, or the block time is over.</summary>
    /// <returns>Slots used.</returns>
    private async Task<int> BlockAsync(int slots, long heard, CancellationToken stopping)
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

        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stopping, gate.Closing);
        using CancellationTokenSource nextTurn = new(choice.MayPull ? HeldUpTime : Timeout.InfiniteTimeSpan, time); // a rate holds them up, which tells nobody
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, nextTurn.Token, choice.News(heard));
        Task<RedisResult> read = waiting.ExecuteAsync("XREADGROUP", blockingArguments);
        List<TaskEntry> entries = Read(await UnblockedOnEndAsync(read, end.Token), (reply, i) => Array.IndexOf(keys.Streams, (RedisKey)(string)reply[i][0]!));
        return await StartAsync(entries, closing.IsCancellationRequested ? 0 : slots, stopping); // COUNT is per stream: up to five may come at once
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

    private static List<TaskEntry> Read(RedisResult reply) => Read(reply, (levels, i) => (int)levels[i][0]);

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

    [LoggerMessage(2044, LogLevel.Warning, "Could not hand back {Count} task(s) at once; they are handed back later.")]
    private partial void LogNotGivenBack(Exception exception, int count);

    [LoggerMessage(2040, LogLevel.Warning, "Could not fetch tasks; trying again until Redis answers.")]
    private partial void LogFetchFailed(Exception exception);
}
