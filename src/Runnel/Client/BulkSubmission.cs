using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Submission of many plain tasks of one kind: a write of up to a hundred tasks is one script call and one reply, which costs the
/// client a fraction of as many XADDs. A few writes are in flight at once.</summary>
internal sealed class BulkSubmission(QueueKeys keys, RunnelMetrics metrics)
{
    private const int TasksOfAWrite = 100;
    private const int BytesOfAWrite = 256 * 1024; // Redis serves nobody else while it runs a write
    private const int WritesInFlight = 4;
    private static readonly Script Many = new("submit-many.lua");

    /// <summary>Submits tasks as fast as Redis takes them.</summary>
    /// <param name="redis">Where to.</param>
    /// <param name="level">Their stream.</param>
    /// <param name="common">The fields of each entry but its payload.</param>
    /// <param name="payloads">As they travel; read once.</param>
    /// <param name="cancellationToken">Stops between two writes.</param>
    /// <returns>The ids, in the order of the payloads.</returns>
    public async Task<IReadOnlyList<string>> SubmitAsync(
        IDatabase redis, int level, NameValueEntry[] common, IEnumerable<ReadOnlyMemory<byte>> payloads, CancellationToken cancellationToken)
    {
        List<string> ids = [];
        Queue<Task<RedisResult>> inFlight = new(WritesInFlight);
        RedisValue[] head = [2 * common.Length, .. common.SelectMany(f => new[] { f.Name, f.Value })];
        List<RedisValue> write = [.. head];
        int bytes = 0;
        foreach (ReadOnlyMemory<byte> payload in payloads)
        {
            write.Add(payload);
            bytes += payload.Length;
            if (write.Count < head.Length + TasksOfAWrite && bytes < BytesOfAWrite)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            if (inFlight.Count == WritesInFlight)
                await TakeIdsAsync(inFlight.Dequeue());
            inFlight.Enqueue(Many.RunAsync(redis, [keys.Streams[level]], [.. write]));
            write.RemoveRange(head.Length, write.Count - head.Length);
            bytes = 0;
        }

        if (write.Count > head.Length)
            inFlight.Enqueue(Many.RunAsync(redis, [keys.Streams[level]], [.. write]));
        while (inFlight.TryDequeue(out Task<RedisResult>? next))
            await TakeIdsAsync(next);
        return ids;

        async Task TakeIdsAsync(Task<RedisResult> reply)
        {
            string[] entries = (string[])(await reply)!;
            foreach (string entry in entries)
                ids.Add(QueueKeys.TaskIdOf(level, entry));
            metrics.Submitted.Add(entries.Length);
        }
    }
}
