namespace Runnel;

/// <summary>What a task's handler logged, over all its attempts.</summary>
/// <param name="Lines">The last 1,000 lines at most, and 256 KiB, oldest first.</param>
/// <param name="Dropped">Older lines that made way for these.</param>
public sealed record TaskLog(IReadOnlyList<TaskLogLine> Lines, long Dropped);
