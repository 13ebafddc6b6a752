using System.Globalization;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Writes one attempt's progress, a bounded number of times a second.</summary>
internal sealed class ProgressReporter(IDatabase redis, QueueKeys keys, string consumer, TimeProvider time) : IProgressSink
{
    private static readonly Script Write = new("progress.lua");
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);
    private long lastTicks;

    public bool HasReported => Interlocked.Read(ref lastTicks) != 0;

    public async Task ReportAsync(TaskEntry entry, double fraction, string? message, byte[]? detail, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        long last = Interlocked.Read(ref lastTicks);
        if (last != 0 && fraction < 1 && time.GetElapsedTime(last, now) < LeastInterval)
            return;
        if (Interlocked.CompareExchange(ref lastTicks, now, last) != last)
            return;

        double share = double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1);
        try
        {
            await Write.RunAsync(
                redis,
                [keys.Streams[entry.Level], keys.Record(entry.TaskId)],
                detail is null
                    ? [keys.Group, consumer, entry.EntryId, share.ToString("R", CultureInfo.InvariantCulture), message ?? ""]
                    : [keys.Group, consumer, entry.EntryId, share.ToString("R", CultureInfo.InvariantCulture), message ?? "", detail])
                .WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // The next report comes through or the lease runs out; a backtest does not fail for its progress bar.
        }
    }
}
