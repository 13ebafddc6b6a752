namespace Runnel;

/// <summary>One queue's figures, read in one atomic step. Counters start when the queue is first used and never go down.</summary>
public sealed record QueueStats
{
    /// <summary>The queue's name.</summary>
    public required string Queue { get; init; }

    /// <summary>The consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>Waiting tasks by priority, those that wait for their turn among them.</summary>
    public required IReadOnlyDictionary<TaskPriority, long> Queued { get; init; }

    /// <summary>Tasks that wait for their turn: they have a group, a rate key or a type with a limit. Counted in <see cref="Queued"/> too.</summary>
    public long Gated { get; init; }

    /// <summary>Tasks set aside, since their type is paused. Not counted in <see cref="Queued"/>.</summary>
    public long Parked { get; init; }

    /// <summary>Tasks that wait for a worker that takes their type, since one that does not was delivered them
    /// (<see cref="WorkerOptions.Types"/>). Not counted in <see cref="Queued"/>.</summary>
    public long InSidings { get; init; }

    /// <summary>True while workers take no task (<see cref="RunnelClient.PauseAsync"/>).</summary>
    public bool Paused { get; init; }

    /// <summary>Task types that are paused (<see cref="RunnelClient.PauseTypeAsync"/>), by name.</summary>
    public IReadOnlyList<string> PausedTypes { get; init; } = [];

    /// <summary>Tasks handed back or recovered from dead workers that wait to go on.</summary>
    public long Returned { get; init; }

    /// <summary>Tasks that a worker holds.</summary>
    public long Running { get; init; }

    /// <summary>Tasks that wait for a retry or for their time.</summary>
    public long Delayed { get; init; }

    /// <summary>Dead letters.</summary>
    public long Dead { get; init; }

    /// <summary>Workers whose lease has not run out.</summary>
    public IReadOnlyList<string> Workers { get; init; } = [];

    /// <summary>Tasks accepted so far.</summary>
    public long Submitted { get; init; }

    /// <summary>Tasks completed so far.</summary>
    public long Completed { get; init; }

    /// <summary>Tasks dead-lettered so far.</summary>
    public long Failed { get; init; }

    /// <summary>Attempts that failed and were put back for another.</summary>
    public long Retried { get; init; }

    /// <summary>Attempts that ran out of time.</summary>
    public long TimedOut { get; init; }

    /// <summary>Tasks taken over from workers that died.</summary>
    public long Recovered { get; init; }

    /// <summary>Tasks cancelled so far.</summary>
    public long Cancelled { get; init; }

    /// <summary>Tasks that were not started in time so far.</summary>
    public long Expired { get; init; }

    /// <summary>Dead letters put back so far.</summary>
    public long Requeued { get; init; }

    /// <summary>Results, retries and dead letters refused since their worker no longer owned the task.</summary>
    public long StaleResults { get; init; }

    /// <summary>Time that the first task has waited in a stream, or for its turn to get there (Redis time); null if none does.</summary>
    public TimeSpan? OldestWaiting { get; init; }
}
