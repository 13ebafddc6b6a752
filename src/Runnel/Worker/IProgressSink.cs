using Runnel.Redis;

namespace Runnel.Worker;

/// <summary>Where one attempt's progress goes: to Redis, or to a test.</summary>
internal interface IProgressSink
{
    /// <summary>True once something was reported, so that a record exists.</summary>
    bool HasReported { get; }

    Task ReportAsync(TaskEntry entry, double fraction, string? message, byte[]? detail, CancellationToken cancellationToken);
}
