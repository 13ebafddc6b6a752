namespace Runnel;

/// <summary>What one queue asks of its workers, read in one atomic step.</summary>
public sealed record QueueLoad
{
    /// <summary>When it was read (UTC, Redis time).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the queue is paused: no worker takes anything.</summary>
    public bool Paused { get; init; }

    /// <summary>Tasks that a free worker could run now: in the streams, in lanes that no limit or rate holds up, in sidings, and delayed ones and
    /// schedules that are due (with no worker there is nobody who promotes them).</summary>
    public required long Waiting { get; init; }

    /// <summary>For how long the oldest of them waits; zero if none does.</summary>
    public TimeSpan OldestWaiting { get; init; }

    /// <summary>Tasks that workers hold.</summary>
    public required long Running { get; init; }

    /// <summary>Workers whose lease has not run out.</summary>
    public required int Workers { get; init; }

    /// <summary>Tasks that these can run at once.</summary>
    public required int Slots { get; init; }

    /// <summary>Attempts that ended so far, and tasks that were cancelled or expired. Never goes down.</summary>
    public long Ended { get; init; }

    /// <summary>Time for which slots were in use so far, all of them together, to the last beat of each worker. Never goes down.</summary>
    public TimeSpan BusyTime { get; init; }

    /// <summary>By task type: attempts that ended so far, and the time they took together. Never goes down.</summary>
    public IReadOnlyDictionary<string, ServiceSum> Service { get; init; } = new Dictionary<string, ServiceSum>();
}
