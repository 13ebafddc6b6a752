namespace Runnel.Scheduling;

/// <summary>A schedule that was added in code, to be stored when a worker starts.</summary>
internal sealed record ScheduleRegistration(Schedule Schedule);
