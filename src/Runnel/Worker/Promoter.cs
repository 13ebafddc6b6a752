using Microsoft.Extensions.Logging;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Moves delayed tasks to their streams when they are due: sleeps until exactly the next due time that it knows of.</summary>
internal sealed partial class Promoter(IDatabase redis, QueueKeys keys, TimeProvider time, ILogger<Promoter> logger)
{
    private const int MostAtOnce = 200;
    private static readonly Script Promote = new("promote.lua", ScriptLibraries.Flow);
    private readonly SemaphoreSlim wake = new(0);
    private long nextAt = long.MaxValue; // a timestamp of the time provider

    /// <summary>Something is due in that time; never later than an earlier call said.</summary>
    public void DueIn(TimeSpan delay)
    {
        long at = time.GetTimestamp() + (long)(Math.Max(0, delay.TotalSeconds) * time.TimestampFrequency);
        long known;
        while (at < (known = Interlocked.Read(ref nextAt)))
        {
            if (Interlocked.CompareExchange(ref nextAt, at, known) == known)
            {
                wake.Release();
                return;
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long next = Interlocked.Read(ref nextAt);
            if (next > time.GetTimestamp())
            {
                TimeSpan wait = next == long.MaxValue ? Timeout.InfiniteTimeSpan : Ceiling(time.GetElapsedTime(time.GetTimestamp(), next));
                using CancellationTokenSource woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                Task signal = wake.WaitAsync(woken.Token);
                Task clock = Task.Delay(wait, time, woken.Token);
                await Task.WhenAny(signal, clock);
                await woken.CancelAsync();
                await signal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            Interlocked.CompareExchange(ref nextAt, long.MaxValue, next);
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
            NoteNext((string?)reply[2], (long)reply[1]);
            return (int)reply[0];
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogPromoteFailed(e);
            DueIn(TimeSpan.FromSeconds(1));
            return 0;
        }
    }

    /// <summary>Notes the next due time (Unix ms of Redis; null or empty for none) as told together with Redis's present time.</summary>
    public void NoteNext(string? dueMs, long nowMs)
    {
        if (double.TryParse(dueMs, out double due))
            DueIn(TimeSpan.FromMilliseconds(due - nowMs));
    }

    private static TimeSpan Ceiling(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 1, 60_000));

    [LoggerMessage(3001, LogLevel.Warning, "Could not promote delayed tasks; trying again.")]
    private partial void LogPromoteFailed(Exception exception);
}
