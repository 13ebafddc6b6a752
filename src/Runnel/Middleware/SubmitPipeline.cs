namespace Runnel.Middleware;

/// <summary>The middleware around a client's submissions, the first registered outermost.</summary>
internal sealed class SubmitPipeline(IReadOnlyList<ISubmitMiddleware> middleware)
{
    public static readonly SubmitPipeline None = new([]);

    public bool IsEmpty => middleware.Count == 0;

    /// <param name="submission">What is submitted.</param>
    /// <param name="submit">Submits what the context has in the end.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Task<string> RunAsync(SubmitContext submission, Func<Task<string>> submit, CancellationToken cancellationToken)
    {
        Func<Task<string>> next = submit;
        for (int i = middleware.Count - 1; i >= 0; i--)
        {
            (ISubmitMiddleware outer, Func<Task<string>> inner) = (middleware[i], next);
            next = () => outer.SubmitAsync(submission, inner, cancellationToken);
        }

        return next();
    }
}
