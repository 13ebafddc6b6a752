using Microsoft.Extensions.Logging;
using Runnel.Composition;
using Runnel.Flow;
using Runnel.Redis;
using Runnel.Scheduling;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Renews this process's lease; while that lives, nobody takes our tasks. The reply names workers whose lease ran out, and when
/// the next delayed task is due.</summary>
internal sealed partial class LeaseKeeper(
    IDatabase redis,
    QueueKeys keys,
    WorkerOptions options,
    HeldTasks held,
    Promoter promoter,
    Scheduler scheduler,
    PauseGate gate,
    FlowRules rules,
    TypeChoice choice,
    RedisClock clock,
    Recovery recovery,
    BatchCancellation batches,
    ResultRetention retention,
    TimeProvider time,
    ILogger<LeaseKeeper> logger)
{
    private static readonly Script Beat = new("beat.lua", ScriptLibraries.Flow);
    private long renewedAt;
    private bool lost;

    /// <summary>Time since the lease was last renewed for sure.</summary>
    public TimeSpan Age => time.GetElapsedTime(Interlocked.Read(ref renewedAt));

    /// <summary>Takes the lease for the first time; from then on Redis may deliver to this consumer.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        long sentAt = time.GetTimestamp();
        Note(await RenewAsync(first: true).WaitAsync(cancellationToken));
        Interlocked.Exchange(ref renewedAt, sentAt);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(options.RenewInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            await RenewOnceAsync();
    }

    internal async Task RenewOnceAsync()
    {
        long sentAt = time.GetTimestamp(); // taken before sending, so that our lease runs out before the one in Redis
        try
        {
            RedisResult reply = await RenewAsync(first: lost).WaitAsync(options.RenewInterval, time, CancellationToken.None);
            Interlocked.Exchange(ref renewedAt, sentAt);
            bool taken = (int)reply[0] == 0;
            if (taken)
                Lose();
            lost = false;
            Note(reply);
            foreach (string consumer in (string[])reply[4]!)
                await recovery.RecoverAsync(consumer);
            await recovery.AuditAsync();
            if ((string?)reply[9] is { Length: > 0 } batch) // whoever began to cancel it may be gone
                await batches.RunAsync(redis, batch);
            await retention.RunAsync();
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogRenewFailed(e);
            if (!lost && Age >= options.LeaseDuration - options.RenewInterval) // the next look is too late
                Lose();
        }
    }

    private Task<RedisResult> RenewAsync(bool first) => Beat.RunAsync(
        redis, [keys.Workers, keys.Delayed, keys.Cancelling, keys.Paused, keys.Flow, keys.Schedules],
        [options.Name, (long)options.LeaseDuration.TotalMilliseconds, first ? "1" : "", 2 * options.Concurrency, rules.Version]); // twice: one runs, one is ready

    private void Note(RedisResult reply)
    {
        clock.Correct((long)reply[1]);
        promoter.NoteNext((string?)reply[2], (long)reply[1]);
        scheduler.NoteNext((string?)reply[8], (long)reply[1]);
        gate.Set(paused: (int)reply[3] == 1);
        rules.Note((string?)reply[6] ?? "", reply[7]);
        choice.Note((string[])reply[10]!);
        foreach (string id in (string[])reply[5]!)
            held.Cancel(id);
    }

    private void Lose()
    {
        lost = true;
        if (held.Count > 0)
            LogLost(held.Count);
        held.CancelAll(CancelCause.LeaseLost);
    }

    [LoggerMessage(2001, LogLevel.Warning, "Could not renew the lease; this worker stops its tasks if that goes on.")]
    private partial void LogRenewFailed(Exception exception);

    [LoggerMessage(2002, LogLevel.Warning, "The lease was lost; {Count} task(s) are stopped here, since other workers may have taken them.")]
    private partial void LogLost(int count);
}
