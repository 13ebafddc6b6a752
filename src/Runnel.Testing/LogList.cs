using Runnel.Logs;
using Runnel.Redis;

namespace Runnel.Testing;

/// <summary>Keeps an attempt's log lines with its task.</summary>
internal sealed class LogList(TestTask task) : ILogSink
{
    public bool HasWritten => task.Log.Count > 0;

    public Task WriteAsync(TaskEntry entry, string text, CancellationToken cancellationToken)
    {
        task.Add(text);
        return Task.CompletedTask;
    }
}
