namespace Runnel.Scheduling;

/// <summary>The ids of tasks that schedules submit: <c>schedule:ID:FIRE_TIME</c>, the same in whatever worker works it out.</summary>
internal static class ScheduledTaskId
{
    private const string Prefix = "schedule:";

    public static string Of(string scheduleId, string mark) => $"{Prefix}{scheduleId}:{mark}";

    /// <summary>The schedule whose task it is; null for another task. A schedule's id may hold colons; a fire time does not.</summary>
    public static string? ScheduleOf(string taskId)
    {
        int end = taskId.StartsWith(Prefix, StringComparison.Ordinal) ? taskId.LastIndexOf(':') : -1;
        return end > Prefix.Length ? taskId[Prefix.Length..end] : null;
    }
}
