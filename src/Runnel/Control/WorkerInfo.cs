namespace Runnel;

/// <summary>How one worker is, as it said with its last beat.</summary>
public sealed record WorkerInfo
{
    /// <summary>Its name, that of its consumer.</summary>
    public required string Name { get; init; }

    /// <summary>Name of its machine; empty where it has not said how it is (an older version, or it is just starting).</summary>
    public string Host { get; init; } = "";

    /// <summary>Number of its process on that machine.</summary>
    public int ProcessId { get; init; }

    /// <summary>Version of its program.</summary>
    public string Version { get; init; } = "";

    /// <summary>When it started (UTC).</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it takes tasks.</summary>
    public WorkerCondition Condition { get; init; }

    /// <summary>Task types that it takes (<see cref="WorkerOptions.Types"/>); none for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Tasks that it runs at once at most.</summary>
    public int Slots { get; init; }

    /// <summary>Tasks that it ran at its last beat.</summary>
    public int Running { get; init; }

    /// <summary>Physical memory of its process, in bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Processors that it kept busy between its last two beats: 1 is one of them.</summary>
    public double Cpu { get; init; }

    /// <summary>Time since it last came round looking for tasks, at its last beat; zero while all its slots are in use or it is quiet.</summary>
    public TimeSpan FetchAge { get; init; }

    /// <summary>Its last beat (UTC, Redis time).</summary>
    public DateTimeOffset? BeatAt { get; init; }

    /// <summary>Id of its supervisor; empty without one.</summary>
    public string Supervisor { get; init; } = "";

    /// <summary>Its number there, from 1; 0 without a supervisor.</summary>
    public int Number { get; init; }
}
