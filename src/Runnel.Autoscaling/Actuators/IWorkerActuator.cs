namespace Runnel.Autoscaling;

/// <summary>Makes a decided number of workers come true somewhere.</summary>
public interface IWorkerActuator
{
    /// <summary>What it acts on, in words, for the log.</summary>
    string Description { get; }

    /// <summary>How many workers it keeps now; what was asked for last, where they have not all started or drained yet.</summary>
    /// <exception cref="ActuatorException">That cannot be told.</exception>
    Task<int> GetCountAsync(CancellationToken cancellationToken);

    /// <summary>Starts or drains workers until there are as many. Returns once that is ordered, not once it is done; asking again does no harm.</summary>
    /// <exception cref="ActuatorException">That was refused.</exception>
    Task ScaleToAsync(int workers, CancellationToken cancellationToken);
}
