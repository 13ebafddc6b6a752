namespace Runnel.Autoscaling;

/// <summary>Acts on nothing: for a dry run. Counts the queue's living workers, whoever started them.</summary>
public sealed class ObservingActuator(RunnelClient client) : IWorkerActuator
{
    /// <inheritdoc/>
    public string Description => "nothing (dry run)";

    /// <inheritdoc/>
    public async Task<int> GetCountAsync(CancellationToken cancellationToken) => (await client.GetLoadAsync(cancellationToken)).Workers;

    /// <inheritdoc/>
    public Task ScaleToAsync(int workers, CancellationToken cancellationToken) => Task.CompletedTask;
}
