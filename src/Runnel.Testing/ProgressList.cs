using System.Text;
using Runnel.Redis;
using Runnel.Worker;

namespace Runnel.Testing;

/// <summary>Keeps an attempt's progress with its task.</summary>
internal sealed class ProgressList(TestTask task) : IProgressSink
{
    public bool HasReported => task.Progress.Count > 0;

    public Task ReportAsync(TaskEntry entry, double fraction, string? message, byte[]? detail, CancellationToken cancellationToken)
    {
        task.Add(new TaskProgress(double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1), message)
        {
            Detail = detail is null ? null : Encoding.UTF8.GetString(detail),
        });
        return Task.CompletedTask;
    }
}
