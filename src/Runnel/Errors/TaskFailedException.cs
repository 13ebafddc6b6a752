namespace Runnel;

/// <summary>The awaited task ended without a result: it is a dead letter, was cancelled, or expired.</summary>
public sealed class TaskFailedException(TaskInfo task) : RunnelException(
    $"Task {task.Id} ({task.Type}) ended as {task.State.ToString().ToLowerInvariant()} after {task.Attempt} attempt(s)"
    + (task.Errors.Count > 0 ? $": {task.Errors[^1].Type}: {task.Errors[^1].Message}" : "."))
{
    /// <summary>The task as it ended, with its error history.</summary>
    public TaskInfo FailedTask { get; } = task;
}
