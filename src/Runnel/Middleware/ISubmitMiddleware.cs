namespace Runnel;

/// <summary>Code around each submission of a host's client. Added by <see cref="RunnelBuilder.AddSubmitMiddleware{T}"/>.</summary>
public interface ISubmitMiddleware
{
    /// <summary>Called for each task; from several threads at once.</summary>
    /// <param name="submission">What is submitted; may be changed before <paramref name="next"/>.</param>
    /// <param name="next">Submits and returns the task's id; throws what submitting throws. Not calling it submits nothing.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The id that the caller gets.</returns>
    Task<string> SubmitAsync(SubmitContext submission, Func<Task<string>> next, CancellationToken cancellationToken);
}
