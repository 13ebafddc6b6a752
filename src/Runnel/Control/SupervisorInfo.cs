namespace Runnel;

/// <summary>How one supervisor is, as it said with its last beat.</summary>
public sealed record SupervisorInfo
{
    /// <summary>Its name among all supervisors: host, process id and a random part.</summary>
    public required string Id { get; init; }

    /// <summary>Name of its machine.</summary>
    public required string Host { get; init; }

    /// <summary>Number of its process on that machine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it started (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Worker processes that it keeps running.</summary>
    public required int Workers { get; init; }

    /// <summary>Worker processes that there are, those that drain among them.</summary>
    public required int Processes { get; init; }

    /// <summary>Whether an autoscaler in the same process decides how many there are; then it is not to be resized by hand.</summary>
    public bool Autoscaled { get; init; }
}
