using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Logs;

/// <summary>Writes one attempt's log lines.</summary>
internal sealed class TaskLogWriter(IDatabase redis, QueueKeys keys, string consumer, TimeSpan retention) : ILogSink
{
    private const int LongestText = 4000, MostLines = 1000, MostBytes = 256 * 1024;
    private static readonly Script Write = new("log.lua");
    private volatile bool hasWritten;

    public bool HasWritten => hasWritten;

    public async Task WriteAsync(TaskEntry entry, string text, CancellationToken cancellationToken)
    {
        hasWritten = true;
        try
        {
            await Write.RunAsync(
                redis,
                [keys.Streams[entry.Level], keys.Record(entry.TaskId), keys.Log(entry.TaskId)],
                [
                    keys.Group, consumer, entry.EntryId, entry.Attempt, text.Length > LongestText ? text[..LongestText] : text, MostLines, MostBytes,
                    (long)(retention + TimeSpan.FromSeconds(entry.TimeoutSeconds)).TotalMilliseconds,
                ]).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // A lost line is no reason for a task to fail.
        }
    }
}
