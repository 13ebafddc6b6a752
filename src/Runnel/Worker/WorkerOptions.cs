namespace Runnel;

/// <summary>How one worker process holds and runs its tasks. Bound from "Runnel:Worker", checked at start.</summary>
public sealed class WorkerOptions
{
    /// <summary>Name of the consumer; must be of this process alone. Default: host, process id and a random part.</summary>
    public string Name { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Tasks run at once, each on a thread of its own while it computes; 1 to 1,000. Default: the number of processors.</summary>
    public int Concurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>Task types that this worker takes; it leaves others to workers that take them. It needs a handler for each. Default: none, it
    /// takes all.</summary>
    public IReadOnlyList<string> Types { get; set; } = [];

    /// <summary>Silence after which others take this worker's tasks. Default: 6 seconds.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Time between renewals of the lease, at most a third of it. Default: 1.5 seconds.</summary>
    public TimeSpan RenewInterval { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long running tasks may go on after a stop was asked for; then they are cancelled and handed back. Default: 30 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a handler may ignore its cancelled token after a timeout. Then its task is retried or dead-lettered without it; its
    /// thread is lost, and the worker leaves when its other tasks are done if <see cref="LeaveWhenStuck"/> is set. Default: 30 seconds.</summary>
    public TimeSpan TimeoutGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Stops the host, with <see cref="StuckExitCode"/>, after a handler was abandoned, so that a supervisor starts a fresh process.
    /// Default: false, the lost thread is replaced.</summary>
    public bool LeaveWhenStuck { get; set; }

    /// <summary>Attempts after which the worker drains and stops its host, so that a supervisor starts a fresh process; looked at with each beat.
    /// Default: null, never.</summary>
    public long? MaxTasks { get; set; }

    /// <summary>Physical memory in bytes above which the worker drains and stops its host, likewise. Default: null, never.</summary>
    public long? MaxMemory { get; set; }

    /// <summary>Exit code of a process that left since a handler was stuck: 75.</summary>
    public const int StuckExitCode = 75;

    /// <summary>Deaths of workers with one task in hand after which it is a dead letter (<c>poison</c>). Before the last of them the task
    /// runs with nothing beside it in its process, so that no neighbor of poison is taken for poison; with 1 there is no telling. Default: 3.</summary>
    public int MaxCrashes { get; set; } = 3;

    /// <summary>Share of deliveries guaranteed to each lower priority while higher ones wait, 0 to 0.3. Default: 0.05.</summary>
    public double LowerPriorityShare { get; set; } = 0.05;
}
