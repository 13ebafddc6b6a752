namespace Runnel;

/// <summary>A handler throws this to be run again later without spending an attempt: what it waits for is not there yet.</summary>
public sealed class TaskSnoozedException : RunnelException
{
    /// <summary>Runs the task again after a while.</summary>
    /// <param name="wait">How long, zero to 30 days.</param>
    public TaskSnoozedException(TimeSpan wait)
        : base($"The task runs again in {wait}.")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, TimeSpan.FromDays(30));
        Wait = wait;
    }

    /// <summary>How long to wait.</summary>
    public TimeSpan Wait { get; }
}
