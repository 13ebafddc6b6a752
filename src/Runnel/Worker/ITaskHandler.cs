namespace Runnel;

/// <summary>Runs tasks of one type. Resolved from a dependency-injection scope of its own for each attempt.</summary>
/// <typeparam name="TPayload">What the payload is read as; JSON that does not fit makes the task a dead letter at once.</typeparam>
/// <typeparam name="TResult">What is stored as JSON for the one who submitted.</typeparam>
public interface ITaskHandler<in TPayload, TResult>
{
    /// <summary>Runs one attempt, on a thread where computing for long is fine. A task may run more than once (a worker can die after the
    /// work and before its result is stored): make the work safe to repeat.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="context">The task's id, attempt and progress.</param>
    /// <param name="cancellationToken">Cancelled when the attempt runs out of time, the worker drains for too long or loses its lease:
    /// stop soon; what is returned after that may be refused.</param>
    /// <returns>The result. An exception means another attempt later; <see cref="NonRetryableException"/> none.</returns>
    Task<TResult> HandleAsync(TPayload payload, TaskContext context, CancellationToken cancellationToken);
}
