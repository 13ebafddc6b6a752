using System.Text.Json;

namespace Runnel.Testing;

/// <summary>One task of a <see cref="TestQueue"/> as it is now; goes on changing while the queue runs it.</summary>
public sealed class TestTask
{
    private readonly JsonSerializerOptions json;
    private readonly List<TaskError> errors = [];
    private readonly List<TaskProgress> progress = [];
    private readonly List<string> log = [];

    internal TestTask(string id, string type, byte[] payload, SubmitOptions options, JsonSerializerOptions json)
    {
        Id = id;
        Type = type;
        Payload = payload;
        Options = options;
        this.json = json;
    }

    /// <summary>Its id: <see cref="SubmitOptions.Id"/>, else <c>test-1</c>, <c>test-2</c>, …</summary>
    public string Id { get; }

    /// <summary>The task type.</summary>
    public string Type { get; private set; }

    /// <summary>Where it is in its life.</summary>
    public TaskState State { get; internal set; }

    /// <summary>The present or last attempt, counted from 1; 0 before the first.</summary>
    public int Attempt { get; internal set; }

    /// <summary>When it is due (the queue's clock); of use while it is scheduled or retrying.</summary>
    public DateTimeOffset DueAt { get; internal set; }

    /// <summary>Why it is a dead letter, as <see cref="TaskInfo.Reason"/>; null where it is none.</summary>
    public string? Reason { get; internal set; }

    /// <summary>Failed attempts, oldest first.</summary>
    public IReadOnlyList<TaskError> Errors => errors;

    /// <summary>Every progress report, oldest first: unlike in a worker none is dropped for coming too fast.</summary>
    public IReadOnlyList<TaskProgress> Progress => progress;

    /// <summary>Every line that its handler logged, oldest first.</summary>
    public IReadOnlyList<string> Log => log;

    /// <summary>The result as JSON; null unless completed.</summary>
    public string? ResultJson { get; internal set; }

    /// <summary>Tasks and batches that must end before it is queued.</summary>
    public int WaitsFor => Open.Count;

    internal byte[] Payload { get; private set; }

    internal SubmitOptions Options { get; private set; }

    internal long SubmittedAtMs { get; set; }

    internal int NextAttempt { get; set; } = 1;

    internal HashSet<string> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>Grows with each time that the task is queued: who came first goes first.</summary>
    internal long Place { get; set; }

    /// <summary>Cancels the token of the handler that runs; null while none does.</summary>
    internal Action? Stop { get; set; }

    internal bool IsCancelling { get; set; }

    internal string? Batch { get; init; }

    /// <summary>Errors from before it was requeued the last time.</summary>
    internal int ErrorsBefore { get; private set; }

    /// <summary>The result, read with the queue's JSON options.</summary>
    /// <exception cref="InvalidOperationException">It has none; the message gives its state and last error.</exception>
    public TResult? GetResult<TResult>() => ResultJson is not null
        ? JsonSerializer.Deserialize<TResult>(ResultJson, json)
        : throw new InvalidOperationException($"Task {Id} ({Type}) has no result: it is {State}"
            + (errors.Count > 0 ? $", and its last error was {errors[^1].Type}: {errors[^1].Message}" : "."));

    /// <summary>Becomes what another submission with its unique key is.</summary>
    internal void Replace(string type, byte[] payload, SubmitOptions options) => (Type, Payload, Options) = (type, payload, options);

    /// <summary>Attempts start anew, and neither a deadline that has passed nor an old expiry ends it again.</summary>
    internal void Revive()
    {
        (Attempt, NextAttempt, ErrorsBefore, Reason) = (0, 1, errors.Count, null);
        Options = Options with { Deadline = null, ExpiresAt = null };
    }

    internal void Add(TaskError error) => errors.Add(error);

    internal void Add(TaskProgress report)
    {
        lock (progress)
            progress.Add(report);
    }

    internal void Add(string line)
    {
        lock (log)
            log.Add(line);
    }
}
