using Runnel.Redis;

namespace Runnel.Logs;

/// <summary>Where one attempt's log lines go: to Redis, or to a test.</summary>
internal interface ILogSink
{
    /// <summary>True once a line was written, so that a record exists.</summary>
    bool HasWritten { get; }

    Task WriteAsync(TaskEntry entry, string text, CancellationToken cancellationToken);
}
