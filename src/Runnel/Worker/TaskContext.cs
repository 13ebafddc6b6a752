using System.Text.Json;
using Runnel.Logs;
using Runnel.Redis;
using Runnel.Worker;

namespace Runnel;

/// <summary>The attempt that a handler runs. Of use until the handler returns.</summary>
public sealed class TaskContext
{
    private readonly TaskEntry entry;
    private readonly byte[] payload;
    private readonly JsonSerializerOptions json;
    private const int LargestDetail = 16 * 1024;
    private readonly IProgressSink progress;
    private readonly ILogSink log;

    internal TaskContext(TaskEntry entry, byte[] payload, string worker, JsonSerializerOptions json, IProgressSink progress, ILogSink log)
    {
        this.entry = entry;
        this.payload = payload;
        this.json = json;
        this.progress = progress;
        this.log = log;
        WorkerName = worker;
    }

    /// <summary>The id that submission returned.</summary>
    public string Id => entry.TaskId;

    /// <summary>The task type.</summary>
    public string Type => entry.Type;

    /// <summary>This attempt, counted from 1; runs that ended with their worker's death count too.</summary>
    public int Attempt => entry.Attempt;

    /// <summary>This run over the task's whole life, counted from 1: unlike <see cref="Attempt"/> it goes on when a dead letter is requeued,
    /// so of two runs the higher one is the later.</summary>
    public int Run => entry.ErrorsBefore + entry.Attempt;

    /// <summary>Retries that the task may spend after its first attempt.</summary>
    public int MaxRetries => entry.MaxRetries;

    /// <summary>The task's priority.</summary>
    public TaskPriority Priority => entry.Priority;

    /// <summary>Longest run of one attempt, as its submission set it.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds(entry.TimeoutSeconds);

    /// <summary>When it was submitted (UTC, Redis time).</summary>
    public DateTimeOffset SubmittedAt => DateTimeOffset.FromUnixTimeMilliseconds(entry.SubmittedAtMs);

    /// <summary>The worker that runs this attempt.</summary>
    public string WorkerName { get; }

    /// <summary>The payload as UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> PayloadJson => payload;

    /// <summary>True once progress or a log line was written, so that a record exists.</summary>
    internal bool HasReported => progress.HasReported || log.HasWritten;

    /// <summary>Reads the payload with the queue's JSON options.</summary>
    /// <exception cref="PayloadException">It is not JSON or does not fit; the message says where.</exception>
    public T? GetPayload<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload, json);
        }
        catch (JsonException e)
        {
            string path = string.IsNullOrEmpty(e.Path) ? "payload" : e.Path.Replace("$", "payload", StringComparison.Ordinal);
            throw new PayloadException(path, $"{path} of task type '{Type}' is not what its handler reads ({e.Message}). "
                + "Correct it and submit the task again.", e);
        }
    }

    /// <summary>Tells how far the task is; readable by its id at once. At most ten reports a second travel, the rest are dropped;
    /// a failing connection is not an error here. Safe from several threads.</summary>
    /// <param name="fraction">Done share, 0 to 1; values outside are cut to it.</param>
    /// <param name="message">What it is doing.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task ReportProgressAsync(double fraction, string? message = null, CancellationToken cancellationToken = default) =>
        progress.ReportAsync(entry, fraction, message, null, cancellationToken);

    /// <summary>The same with a detail of any shape beside it, for instance the figures of the best trial so far; a later report without one
    /// leaves it.</summary>
    /// <param name="fraction">Done share, 0 to 1; values outside are cut to it.</param>
    /// <param name="message">What it is doing.</param>
    /// <param name="detail">Written with the queue's JSON options; 16 KiB at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="PayloadException">The detail is larger than that.</exception>
    public Task ReportProgressDetailAsync<T>(double fraction, string? message, T detail, CancellationToken cancellationToken = default)
    {
        byte[] written = JsonSerializer.SerializeToUtf8Bytes(detail, json);
        return written.Length <= LargestDetail
            ? progress.ReportAsync(entry, fraction, message, written, cancellationToken)
            : throw new PayloadException("detail", $"The progress detail of task {Id} is {written.Length} bytes of JSON; {LargestDetail} are the most. Report figures, return data.");
    }

    /// <summary>Adds a line to the task's log, readable by its id at once (<see cref="RunnelClient.GetLogAsync"/>). The last 1,000 lines and
    /// 256 KiB are kept, as long as the task's result. Each line is a call to Redis; a failing connection is not an error here. Safe from
    /// several threads.</summary>
    /// <param name="line">Cut to 4,000 characters.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task LogAsync(string line, CancellationToken cancellationToken = default) => log.WriteAsync(entry, line, cancellationToken);
}
