namespace Runnel;

/// <summary>The queue holds as many tasks as <see cref="RunnelOptions.MaxDepth"/> allows; the new one was not accepted.</summary>
public sealed class QueueFullException(string queue, long depth, long most) : RunnelException(
    $"The queue {queue} holds {depth} tasks, and MaxDepth is {most}; the task was not accepted. Try again when workers have caught up, add workers, or raise MaxDepth.")
{
    /// <summary>Tasks that waited.</summary>
    public long Depth { get; } = depth;
}
