namespace Runnel.Autoscaling;

/// <summary>How one autoscaler runs; its targets are <see cref="ScalingOptions"/>.</summary>
public sealed record AutoscalerOptions
{
    /// <summary>Targets and limits.</summary>
    public ScalingOptions Scaling { get; init; } = new();

    /// <summary>Name among the autoscalers of a queue. Default: host, process id and a random part.</summary>
    public string Name { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Tasks that one worker runs at once, as long as no worker lives that says so itself. Default: the number of processors.</summary>
    public int Concurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>Task types that its workers take (<see cref="WorkerOptions.Types"/>): it measures what the queue asks of such workers alone, and
    /// leads among autoscalers for the same types. Default: none, its workers take all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Decides and says why, and changes nothing; takes no lead. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Silence of the leading autoscaler after which another takes the lead. Default: 10 seconds.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);
}
