namespace Runnel.Middleware;

/// <summary>A middleware that was given as a delegate.</summary>
internal sealed class DelegateSubmitMiddleware(Func<SubmitContext, Func<Task<string>>, CancellationToken, Task<string>> middleware) : ISubmitMiddleware
{
    public Task<string> SubmitAsync(SubmitContext submission, Func<Task<string>> next, CancellationToken cancellationToken) =>
        middleware(submission, next, cancellationToken);
}

/// <inheritdoc cref="DelegateSubmitMiddleware"/>
internal sealed class DelegateExecuteMiddleware(
    Func<TaskContext, Func<Task<ReadOnlyMemory<byte>>>, CancellationToken, Task<ReadOnlyMemory<byte>>> middleware) : IExecuteMiddleware
{
    public Task<ReadOnlyMemory<byte>> ExecuteAsync(TaskContext context, Func<Task<ReadOnlyMemory<byte>>> next, CancellationToken cancellationToken) =>
        middleware(context, next, cancellationToken);
}
