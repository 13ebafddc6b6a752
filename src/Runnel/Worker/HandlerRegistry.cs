using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Runnel.Middleware;

namespace Runnel.Worker;

/// <summary>Runs one attempt and gives the result as UTF-8 JSON.</summary>
internal delegate Task<byte[]> HandlerInvoker(IServiceProvider services, TaskContext context, CancellationToken cancellationToken);

/// <summary>What runs a task type, and how it is retried.</summary>
internal sealed record Handler(HandlerInvoker Invoke, TaskHandlerOptions Options);

/// <summary>Which handler runs which task type. Filled at registration, read-only afterwards.</summary>
internal sealed class HandlerRegistry(JsonSerializerOptions json, IReadOnlyList<MiddlewareRegistration<IExecuteMiddleware>> middleware)
{
    private static readonly byte[] Null = "null"u8.ToArray();
    private readonly Dictionary<string, Handler> handlers = new(StringComparer.Ordinal);

    public IEnumerable<string> Types => handlers.Keys;

    public Handler? Find(string type) => handlers.GetValueOrDefault(type);

    public void Add(string type, Func<TaskContext, CancellationToken, Task<object?>> handler, TaskHandlerOptions options) => Add(
        type,
        async (_, context, cancellationToken) =>
        {
            object? result = await handler(context, cancellationToken);
            return result is null ? Null : JsonSerializer.SerializeToUtf8Bytes(result, result.GetType(), json);
        },
        options);

    /// <summary>Registers a class by the one <see cref="ITaskHandler{TPayload,TResult}"/> that it implements.</summary>
    public void Add(string type, Type handler, TaskHandlerOptions options)
    {
        Type[] contracts = [.. handler.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITaskHandler<,>))];
        if (contracts.Length != 1)
        {
            throw new ArgumentException($"{handler} implements ITaskHandler<TPayload, TResult> {contracts.Length} times; a handler class needs exactly one.",
                nameof(handler));
        }

        Add(type, typeof(HandlerRegistry).GetMethod(nameof(InvokerOf), BindingFlags.NonPublic | BindingFlags.Instance)!
            .MakeGenericMethod([handler, .. contracts[0].GetGenericArguments()])
            .CreateDelegate<Func<HandlerInvoker>>(this)(), options);
    }

    private void Add(string type, HandlerInvoker invoker, TaskHandlerOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        if (!handlers.TryAdd(type, new Handler(ExecutePipeline.Around(invoker, middleware), options)))
            throw new ArgumentException($"The task type '{type}' has a handler already; one type has one handler.", nameof(type));
    }

    private HandlerInvoker InvokerOf<THandler, TPayload, TResult>()
        where THandler : ITaskHandler<TPayload, TResult> => async (services, context, cancellationToken) =>
    {
        TPayload payload = context.GetPayload<TPayload>()!;
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        TResult result = await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(payload, context, cancellationToken);
        return JsonSerializer.SerializeToUtf8Bytes(result, json);
    };
}
