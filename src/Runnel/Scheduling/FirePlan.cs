namespace Runnel.Scheduling;

/// <summary>What a schedule that is due has to do: a pure function of its definition, the fire time that is due, and the present.</summary>
/// <param name="Times">Fire times to submit a task for, oldest first.</param>
/// <param name="Missed">Fire times that pass, since they are too old.</param>
/// <param name="Overlapped">Fire times that pass, since a later one is due as well and would cancel theirs.</param>
/// <param name="Following">The fire time after them; it may be due already. Null where the expression ends.</param>
internal sealed record FirePlan(IReadOnlyList<DateTimeOffset> Times, long Missed, long Overlapped, DateTimeOffset? Following)
{
    /// <summary>Most tasks submitted by one script call.</summary>
    public const int MostAtOnce = 100;

    private const int MostCounted = 10_000; // of what passes; an outage of months of a busy schedule need not be counted to the last

    public static FirePlan Of(Schedule schedule, DateTimeOffset next, DateTimeOffset now)
    {
        CronTimes cron = CronTimes.Of(schedule);
        DateTimeOffset cutoff = now - schedule.MisfireGrace;
        List<DateTimeOffset> madeUp = cron.Latest(next, cutoff, schedule.Misfire.Most);
        long missed = next < cutoff ? cron.Between(next, madeUp.Count > 0 ? madeUp[0].AddTicks(-1) : cutoff.AddTicks(-1)).Take(MostCounted).LongCount() : 0;
        List<DateTimeOffset> times = [.. madeUp.Concat(cron.Between(next > cutoff ? next : cutoff, now)).Take(MostAtOnce)];
        DateTimeOffset? following = cron.Next(times.Count > 0 ? times[^1] : now);
        return schedule.Overlap == OverlapPolicy.CancelPrevious && times.Count > 1
            ? new FirePlan([times[^1]], missed, times.Count - 1, following)
            : new FirePlan(times, missed, 0, following);
    }
}
