namespace Runnel.Autoscaling;

/// <summary>Acts on nothing: for a dry run. Counts the queue's living workers, whoever started them.</summary>
public sealed class ObservingActuator(RunnelClient client) : IWorkerActuator
{
    /// <inheritdoc/>
    public string Description => "nothing (dry run)";

    /// <summary>Task types that the workers take; none for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <inheritdoc/>
    public async Task<int> GetCountAsync(CancellationToken cancellationToken) => (await client.GetLoadAsync(Types, cancellationToken)).Workers;

    /// <inheritdoc/>
    public Task ScaleToAsync(int workers, CancellationToken cancellationToken) => Task.CompletedTask;
}
