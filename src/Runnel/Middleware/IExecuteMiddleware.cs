namespace Runnel;

/// <summary>Code around each attempt that a worker runs. Added by <see cref="RunnelBuilder.AddExecuteMiddleware{T}"/>.</summary>
public interface IExecuteMiddleware
{
    /// <summary>Called for each attempt, on the handler's thread; of several tasks at once.</summary>
    /// <param name="context">The task, as its handler gets it.</param>
    /// <param name="next">Runs the handler and returns its result as UTF-8 JSON; throws what the handler throws. What this method throws instead
    /// decides how the attempt ended, as a handler's exception does. Not calling it runs no handler.</param>
    /// <param name="cancellationToken">The handler's: cancelled at its timeout, when the task is cancelled, and when the worker stops.</param>
    /// <returns>The result that is stored, one JSON value.</returns>
    Task<ReadOnlyMemory<byte>> ExecuteAsync(TaskContext context, Func<Task<ReadOnlyMemory<byte>>> next, CancellationToken cancellationToken);
}
