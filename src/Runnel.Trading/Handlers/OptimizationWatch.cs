using System.Data.Common;

namespace Runnel.Trading;

/// <summary>While a chunk computes on the handler's thread, this looks from the thread pool whether the optimization still wants it. Its token ends when
/// it does not, or when the chunk's own task is to stop.</summary>
internal sealed class OptimizationWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly OptimizationRecords records;
    private readonly RunnelClient client;
    private readonly string id;
    private readonly string task;
    private readonly EarlyStop? stop;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource run;
    private readonly CancellationTokenSource over = new();
    private readonly Task loop;

    public OptimizationWatch(OptimizationRecords records, RunnelClient client, string id, string task, EarlyStop? stop, TimeProvider time, CancellationToken cancellationToken)
    {
        (this.records, this.client, this.id, this.task, this.stop, this.time) = (records, client, id, task, stop, time);
        run = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        loop = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>The chunk runs under it.</summary>
    public CancellationToken Token => run.Token;

    /// <summary>Whether the task that drives an optimization has ended without it; notes in the records that it was cancelled.</summary>
    public static async Task<bool> IsOverAsync(OptimizationRecords records, RunnelClient client, string id, string task, CancellationToken cancellationToken)
    {
        TaskInfo? parent = await client.FindAsync(task, cancellationToken);
        if (parent is { State: < TaskState.Completed })
            return false;
        if (parent is { State: TaskState.Cancelled })
            await records.CancelAsync(id, task, cancellationToken);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await loop;
        over.Dispose();
        run.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            using PeriodicTimer timer = new(Interval, time);
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                if (!await IsUnwantedAsync())
                    continue;
                await run.CancelAsync();
                return;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested) { } // the chunk is done
    }

    private async Task<bool> IsUnwantedAsync()
    {
        try
        {
            return await records.FindAsync(id, over.Token) is not { IsRunning: true } header || header.Task != task
                || stop?.IsOvertime(header.StartedAt, time.GetUtcNow().ToUnixTimeMilliseconds()) == true // leaves its slot to the step that ends it
                || await IsOverAsync(records, client, id, task, over.Token);
        }
        catch (Exception e) when (e is DbException or RedisUnavailableException) // the next look may succeed, and the lease ends what lasts
        {
            return false;
        }
    }
}
