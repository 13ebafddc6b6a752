using Runnel.Supervision;

namespace Runnel.Autoscaling;

/// <summary>Child processes of this machine, under a supervisor in this process.</summary>
/// <param name="supervisor">Has to run as long as this is used.</param>
public sealed class SupervisorActuator(Supervisor supervisor) : IWorkerActuator
{
    /// <inheritdoc/>
    public string Description => "worker processes of this machine";

    /// <inheritdoc/>
    public Task<int> GetCountAsync(CancellationToken cancellationToken) => Task.FromResult(supervisor.Workers);

    /// <inheritdoc/>
    public Task ScaleToAsync(int workers, CancellationToken cancellationToken)
    {
        supervisor.Resize(workers);
        return Task.CompletedTask;
    }
}
