namespace Runnel.Supervision;

/// <summary>Which worker processes a <see cref="Supervisor"/> keeps running, and how patiently.</summary>
/// <remarks>No record, since those print what they hold, and an environment may hold a password.</remarks>
public sealed class SupervisorOptions
{
    /// <summary>Most worker processes of one supervisor: 1,000.</summary>
    public const int MostWorkers = 1000;

    /// <summary>Worker processes to keep running at first, 0 to 1,000. Default: 4.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>The program of a worker process and its arguments. Default: this program (see <see cref="WorkerCommand.OfThisProgram"/>).</summary>
    public WorkerCommand Command { get; init; } = WorkerCommand.OfThisProgram();

    /// <summary>Variables for the worker processes beside our own; a place for what must not show in a list of processes.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Stands before the worker's number in front of each line that a worker writes. Default: nothing.</summary>
    public string Label { get; init; } = "";

    /// <summary>Wait before the first restart after a crash; doubles with each crash in a row. Default: 0.5 seconds.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest wait before a restart. Default: 30 seconds.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A worker that ran that long has no crashes in a row any more. Default: 60 seconds.</summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Ends in a row before being ready, of one worker, that make a crash loop: the supervisor gives up. Default: 5.</summary>
    public int FailedStartLimit { get; init; } = 5;

    /// <summary>How long workers may drain; then they are to hand back what they run. Default: 35 seconds.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>How long handing back may take; then they are killed, and others take their tasks over. Default: 8 seconds.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(8);
}
