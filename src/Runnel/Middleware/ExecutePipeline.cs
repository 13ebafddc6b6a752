using Microsoft.Extensions.DependencyInjection;
using Runnel.Worker;

namespace Runnel.Middleware;

/// <summary>The middleware around attempts, the first registered outermost, made anew for each attempt in a scope of its own.</summary>
internal static class ExecutePipeline
{
    /// <summary>The handler with all middleware around it; the handler itself where there is none.</summary>
    public static HandlerInvoker Around(HandlerInvoker handler, IReadOnlyList<MiddlewareRegistration<IExecuteMiddleware>> middleware) => middleware.Count == 0
        ? handler
        : async (services, context, cancellationToken) =>
        {
            await using AsyncServiceScope scope = services.CreateAsyncScope();
            Func<Task<ReadOnlyMemory<byte>>> next = async () => await handler(services, context, cancellationToken);
            for (int i = middleware.Count - 1; i >= 0; i--)
            {
                (IExecuteMiddleware outer, Func<Task<ReadOnlyMemory<byte>>> inner) = (middleware[i].Create(scope.ServiceProvider), next);
                next = () => outer.ExecuteAsync(context, inner, cancellationToken);
            }

            ReadOnlyMemory<byte> result = await next();
            try
            {
                TaskFields.CheckJson(result.Span);
            }
            catch (PayloadException e)
            {
                throw new NonRetryableException($"A middleware returned a result for task {context.Id} ({context.Type}) that is not JSON; return one JSON value, 'null' for none.", e);
            }

            return result.ToArray();
        };
}
