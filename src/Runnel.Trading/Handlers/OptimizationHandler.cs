using System.Text.Json;

namespace Runnel.Trading;

/// <summary>Runs tasks of type <c>optimization</c>, in short steps: each plans chunks, submits them and snoozes, so that the task holds no slot of a
/// worker while its chunks run. A chunk that ends wakes it. Registered by <see cref="TradingBuilderExtensions.AddBacktesting"/>.</summary>
public sealed class OptimizationHandler : ITaskHandler<JsonElement, OptimizationReply>
{
    private readonly OptimizationSteps steps;

    internal OptimizationHandler(OptimizationSteps steps) => this.steps = steps;

    /// <summary>Runs one step.</summary>
    /// <param name="payload">As docs/optimization/payload.md says.</param>
    /// <param name="context">The task; chunks have its priority, and its timeout is the time for the whole.</param>
    /// <param name="cancellationToken">Ends the step; what was planned and submitted goes on with the next.</param>
    /// <exception cref="PayloadException">The payload is wrong, or there are no klines for it; nothing was stored.</exception>
    /// <exception cref="TaskSnoozedException">There is more to do: the next step follows.</exception>
    public Task<OptimizationReply> HandleAsync(JsonElement payload, TaskContext context, CancellationToken cancellationToken) =>
        steps.RunAsync(payload, context, cancellationToken);
}
