namespace Runnel;

/// <summary>A worker took a task whose type it has no handler for; the task is a dead letter.</summary>
public sealed class NoHandlerException(string taskId, string taskType, IEnumerable<string> known) : NonRetryableException(
    $"Task {taskId} has the type '{taskType}', for which this worker has no handler (it has: {string.Join(", ", known.Order(StringComparer.Ordinal))}). "
    + $"Register one with AddTaskHandler<T>(\"{taskType}\"), or send the type to a queue whose workers have it. The task is a dead letter now.");
