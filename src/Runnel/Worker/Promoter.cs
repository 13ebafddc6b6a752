using Microsoft.Extensions.Logging;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Moves delayed tasks to their streams when they are due: sleeps until exactly the next due time that it knows of.</summary>
internal sealed partial class Promoter(IDatabase redis, QueueKeys keys, TimeProvider time, ILogger<Promoter> logger)
{
    private const int MostAtOnce = 200;
    private static readonly Script Promote = new("promote.lua", ScriptLibraries.Ending);
    private readonly DueTimer timer = new(time);
    private long expectedMs = long.MaxValue; // what the last pass left to wait for

    /// <summary>Something is due in that time; never later than an earlier call said.</summary>
    public void DueIn(TimeSpan delay) => timer.DueIn(delay);

    /// <summary>The same, as all workers were told.</summary>
    public void ToldDueIn(TimeSpan delay) => timer.ToldDueIn(delay);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await timer.WaitAsync(cancellationToken);
            await PromoteOnceAsync();
        }
    }

    /// <summary>One pass: moves what is due, and notes when the next one is.</summary>
    internal async Task<int> PromoteOnceAsync()
    {
        try
        {
            RedisResult reply = await Promote.RunAsync(
                redis,
                [keys.Delayed, keys.Stats, keys.Streams[QueueKeys.Critical], keys.Streams[QueueKeys.High], keys.Streams[QueueKeys.Normal], keys.Streams[QueueKeys.Low]],
                [MostAtOnce, keys.RecordPrefix]);
            int moved = (int)reply[0];
            if (moved > 0 || expectedMs <= (long)reply[1])
                timer.StandsBy = moved == 0;
            expectedMs = long.TryParse((string?)reply[2], out long next) ? next : long.MaxValue;
            NoteNext((string?)reply[2], (long)reply[1]);
            return moved;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogPromoteFailed(e);
            DueIn(TimeSpan.FromSeconds(1));
            return 0;
        }
    }

    /// <summary>Notes the next due time (Unix ms of Redis; null or empty for none) as told together with Redis's present time.</summary>
    public void NoteNext(string? dueMs, long nowMs) => timer.NoteNext(dueMs, nowMs);

    [LoggerMessage(3001, LogLevel.Warning, "Could not promote delayed tasks; trying again.")]
    private partial void LogPromoteFailed(Exception exception);
}
