using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Scheduling;

/// <summary>Fires schedules when they are due. Every worker tries; the script lets one of them do it.</summary>
internal sealed partial class Scheduler(
    IDatabase redis, QueueKeys keys, Promoter promoter, QueueControl control, TimeProvider time, ILogger<Scheduler> logger)
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan BrokenInterval = TimeSpan.FromMinutes(1);
    private readonly ScheduleScripts scripts = new(keys);
    private readonly DueTimer timer = new(time);
    private readonly ConcurrentQueue<(string ScheduleId, string TaskId)> ended = new();

    /// <summary>Something is due in that time, as all workers were told; never later than an earlier call said.</summary>
    public void ToldDueIn(TimeSpan delay) => timer.ToldDueIn(delay);

    /// <summary>Notes the next fire time (Unix ms of Redis; null or empty for none) as told together with Redis's present time.</summary>
    public void NoteNext(string? fireMs, long nowMs) => timer.NoteNext(fireMs, nowMs);

    /// <summary>A task has ended; if a schedule submitted it, another may wait behind it.</summary>
    public void NoteEnded(string taskId)
    {
        if (ScheduledTaskId.ScheduleOf(taskId) is not { } scheduleId)
            return;
        ended.Enqueue((scheduleId, taskId));
        timer.DueIn(TimeSpan.Zero);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await timer.WaitAsync(cancellationToken);
            await FireDueAsync();
        }
    }

    /// <summary>One pass: fires what is due, and notes when the next one is.</summary>
    internal async Task FireDueAsync()
    {
        try
        {
            bool[] released = await Task.WhenAll(TakeEnded().Select(task => scripts.ReleaseAsync(redis, task.ScheduleId, task.TaskId)));
            if (released.Contains(true))
                promoter.DueIn(TimeSpan.Zero);

            RedisResult reply = await scripts.DueAsync(redis, MostAtOnce);
            long nowMs = (long)reply[0];
            await FireAsync([.. ((RedisResult[])reply!)[2..].Chunk(2)], DateTimeOffset.FromUnixTimeMilliseconds(nowMs));
            timer.NoteNext((string?)reply[1], nowMs);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or RedisUnavailableException)
        {
            LogFireFailed(e);
            timer.DueIn(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Fires one, and the others only if no other worker was first: so one of them does all of a moment's work.</summary>
    private async Task FireAsync(RedisResult[][] due, DateTimeOffset now)
    {
        Task<bool?> Fire(RedisResult[] one) => FireAsync((string)one[0]!, RedisText.ToFields(one[1]), now);

        bool? won = null;
        int tried = 0;
        while (won is null && tried < due.Length)
            won = await Fire(due[tried++]);
        if (won == true)
            await Task.WhenAll(due[tried..].Select(Fire));
        if (won is not null)
            timer.StandsBy = won == false;
    }

    /// <returns>True where this worker did it, false where another was first; null where none here can.</returns>
    private async Task<bool?> FireAsync(string id, Dictionary<string, RedisValue> fields, DateTimeOffset now)
    {
        try
        {
            if (StoredSchedule.Parse(id, fields) is not { } schedule)
                throw new RunnelException($"The schedule {id} has no field cron.");
            FirePlan plan = FirePlan.Of(schedule.Schedule, schedule.Next ?? now, now);
            // Before the script and not in it: a worker that dies between both leaves the fire time due. Doing it twice changes nothing.
            if (schedule.Schedule.Overlap == OverlapPolicy.CancelPrevious && plan.Times.Count > 0 && schedule.Info.LastTaskId is { } previous)
                await control.CancelAsync(previous, CancellationToken.None);
            int submitted = await scripts.FireAsync(redis, schedule, plan);
            if (submitted < 0)
            {
                timer.DueIn(DueTimer.StandByWait); // another was first, or a person changed it: look again
                return false;
            }

            if (plan.Missed > 0)
                LogMissed(id, plan.Missed);
            if (plan.Following is { } following)
                timer.DueIn(following - now);
            if (submitted > 0)
                promoter.DueIn(TimeSpan.Zero);
            return true;
        }
        catch (Exception e) when (IsBroken(e))
        {
            LogBroken(e, id);
            timer.DueIn(BrokenInterval);
            return null;
        }
    }

    /// <summary>Whether a definition is to blame: a zone that this system does not know, or a field that somebody wrote by hand.</summary>
    private static bool IsBroken(Exception e) =>
        e is (RunnelException or FormatException or InvalidCastException or OverflowException or ArgumentException) and not RedisUnavailableException;

    private IEnumerable<(string ScheduleId, string TaskId)> TakeEnded()
    {
        while (ended.TryDequeue(out (string ScheduleId, string TaskId) task))
            yield return task;
    }

    [LoggerMessage(3002, LogLevel.Warning, "Could not fire schedules; trying again.")]
    private partial void LogFireFailed(Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "Schedule {Id}: {Count} fire time(s) passed with no worker there in time.")]
    private partial void LogMissed(string id, long count);

    [LoggerMessage(3004, LogLevel.Error, "Schedule {Id} cannot fire from this worker; trying again every minute. Correct it: runnel schedule update {Id}")]
    private partial void LogBroken(Exception exception, string id);
}
