namespace Runnel.Autoscaling.Simulation;

/// <summary>What a rule made of a trace.</summary>
public sealed record SimulationResult
{
    /// <summary>The rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Tasks of the trace; all run to their end.</summary>
    public required int Tasks { get; init; }

    /// <summary>Tasks that waited longer than the latency target.</summary>
    public required int Misses { get; init; }

    /// <summary>Time for which workers were paid, start and drain included, in hours.</summary>
    public required double WorkerHours { get; init; }

    /// <summary>Changes of the number of workers.</summary>
    public required int Changes { get; init; }

    /// <summary>Most workers at once.</summary>
    public required int Peak { get; init; }

    /// <summary>Wait of the median task, in seconds.</summary>
    public required double MedianWait { get; init; }

    /// <summary>Wait that 95 % of the tasks did not exceed, in seconds.</summary>
    public required double Wait95 { get; init; }

    /// <summary>Longest wait, in seconds.</summary>
    public required double LongestWait { get; init; }

    /// <summary>What was seen and decided at each look.</summary>
    public required IReadOnlyList<SimulationLook> Looks { get; init; }
}
