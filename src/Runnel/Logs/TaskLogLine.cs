namespace Runnel;

/// <summary>One line of a task's log.</summary>
/// <param name="At">When Redis took it (UTC).</param>
/// <param name="Attempt">The attempt that wrote it, counted from 1.</param>
/// <param name="Text">What it says; 4,000 characters at most.</param>
public sealed record TaskLogLine(DateTimeOffset At, int Attempt, string Text);
