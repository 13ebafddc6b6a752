using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Scheduling;

/// <summary>Which state of a schedule a save expects.</summary>
internal enum SaveMode
{
    /// <summary>None of that id is there.</summary>
    Add,

    /// <summary>One is there.</summary>
    Update,

    /// <summary>Either; a known one stays paused if it is.</summary>
    Set,
}

/// <summary>The scripts of schedules, each with its types.</summary>
internal sealed class ScheduleScripts(QueueKeys keys)
{
    private static readonly Script SaveScript = new("schedule-save.lua");
    private static readonly Script PauseScript = new("schedule-pause.lua");
    private static readonly Script RemoveScript = new("schedule-remove.lua");
    private static readonly Script DueScript = new("schedule-due.lua");
    private static readonly Script FireScript = new("schedule-fire.lua");
    private static readonly Script ReleaseScript = new("schedule-release.lua");

    /// <returns>False where the mode's expectation does not hold.</returns>
    public async Task<bool> SaveAsync(IDatabase redis, Schedule schedule, SaveMode mode, DateTimeOffset? next) => (int)await SaveScript.RunAsync(
        redis,
        [keys.Schedules, keys.Schedule(schedule.Id)],
        [schedule.Id, mode.ToString().ToLowerInvariant(), Ms(next), schedule.Paused ? "1" : "", keys.Control.ToString(), .. StoredSchedule.ToFields(schedule)]) == 1;

    /// <returns>False where it is not there.</returns>
    public async Task<bool> PauseAsync(IDatabase redis, string id) =>
        (int)await PauseScript.RunAsync(redis, [keys.Schedules, keys.Schedule(id)], [id, "1", "", "", keys.Control.ToString()]) == 1;

    /// <returns>Null where the schedule is not as it was seen; false where it is not there.</returns>
    public async Task<bool?> ResumeAsync(IDatabase redis, StoredSchedule seen, DateTimeOffset? next) => (int)await PauseScript.RunAsync(
        redis, [keys.Schedules, keys.Schedule(seen.Schedule.Id)], [seen.Schedule.Id, "", Ms(next), seen.Revision, keys.Control.ToString()]) switch
    {
        < 0 => null,
        int reply => reply == 1,
    };

    /// <returns>False where it is not there.</returns>
    public async Task<bool> RemoveAsync(IDatabase redis, string id) =>
        (int)await RemoveScript.RunAsync(redis, [keys.Schedules, keys.Schedule(id)], [id]) == 1;

    /// <summary>The schedules that are due: {now (ms), next fire time of the others or '', id and fields of each due one…}.</summary>
    public Task<RedisResult> DueAsync(IDatabase redis, int most) => DueScript.RunAsync(redis, [keys.Schedules], [most, keys.SchedulePrefix]);

    /// <summary>Carries out a plan, if the schedule is still as it was seen.</summary>
    /// <returns>Tasks submitted; -1 where it has changed: another worker was first, or a person changed it.</returns>
    public Task<int> FireAsync(IDatabase redis, StoredSchedule seen, FirePlan plan) => FireAsync(
        redis, seen.Schedule.Id, [seen.Revision, Ms(seen.Next), Ms(plan.Following), plan.Missed, plan.Overlapped, .. plan.Times.Select(t => Ms(t))]);

    /// <summary>Submits one task out of turn, whatever runs.</summary>
    /// <param name="redis">The queue's database.</param>
    /// <param name="id">The schedule.</param>
    /// <param name="mark">What its task's id ends with.</param>
    /// <returns>False where the schedule is not there.</returns>
    public async Task<bool> TriggerAsync(IDatabase redis, string id, string mark) => await FireAsync(redis, id, ["", "", "", 0, 0, mark]) == 1;

    /// <summary>Lets the task that waits behind an ended one start.</summary>
    /// <returns>Whether one waited.</returns>
    public async Task<bool> ReleaseAsync(IDatabase redis, string id, string endedTaskId) =>
        (int)await ReleaseScript.RunAsync(redis, [keys.Schedule(id), keys.Delayed], [endedTaskId, keys.RecordPrefix]) == 1;

    private async Task<int> FireAsync(IDatabase redis, string id, RedisValue[] values) => (int)await FireScript.RunAsync(
        redis, [keys.Schedules, keys.Schedule(id), keys.Delayed, keys.Stats], [id, keys.RecordPrefix, keys.Control.ToString(), .. values]);

    private static RedisValue Ms(DateTimeOffset? time) => time is { } known ? known.ToUnixTimeMilliseconds() : "";
}
