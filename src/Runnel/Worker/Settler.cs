using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Runnel.Redis;
using Runnel.Scheduling;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Writes how attempts ended. One call finishes many completed tasks: it is sent at once when idle, and what ends while a call is
/// in flight goes with the next, so batching adds no latency. What cannot be written is tried again until the worker stops.</summary>
internal sealed partial class Settler(
    SettleScripts scripts, HeldTasks held, Promoter promoter, Scheduler scheduler, RunnelMetrics metrics, TimeProvider time, ILogger<Settler> logger)
{
    private const int LargestBatch = 256;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private readonly Channel<Outcome> outcomes = Channel.CreateUnbounded<Outcome>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(Outcome outcome) => outcomes.Writer.TryWrite(outcome);

    /// <summary>No outcome comes any more; <see cref="RunAsync"/> ends when all are written.</summary>
    public void Complete() => outcomes.Writer.TryComplete();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Outcome> batch = [];
        TimeSpan pause = TimeSpan.FromMilliseconds(50);
        while (await outcomes.Reader.WaitToReadAsync(cancellationToken))
        {
            while (batch.Count < LargestBatch && outcomes.Reader.TryRead(out Outcome? outcome))
                batch.Add(outcome);
            while (batch.Count > 0)
            {
                batch = await SettleAsync(batch);
                if (batch.Count == 0)
                {
                    pause = TimeSpan.FromMilliseconds(50);
                    continue;
                }

                await Task.Delay(pause, time, cancellationToken);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }
        }
    }

    /// <summary>Writes a batch, each kind and stream by a call of its own, all at once.</summary>
    /// <returns>What could not be written since Redis did not answer.</returns>
    private async Task<List<Outcome>> SettleAsync(List<Outcome> batch)
    {
        List<Outcome> failed = [];
        List<Task> calls = [];
        foreach (IGrouping<int, Completed> group in batch.OfType<Completed>().GroupBy(c => c.Task.Entry.Level))
            calls.Add(TryAsync([.. group], CompleteAsync, failed));
        foreach (Outcome outcome in batch)
        {
            if (outcome is not Completed)
                calls.Add(TryAsync([outcome], SettleOneAsync, failed));
        }

        await Task.WhenAll(calls);
        return failed;
    }

    private async Task TryAsync<T>(T[] group, Func<T[], Task> write, List<Outcome> failed)
        where T : Outcome
    {
        try
        {
            await write(group);
            foreach (T outcome in group)
            {
                held.Remove(outcome.Task);
                if (outcome is Completed or Dead or Ended)
                    scheduler.NoteEnded(outcome.Task.Entry.TaskId);
            }
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogNotWritten(e, group.Length);
            lock (failed)
            {
                foreach (T outcome in group)
                {
                    outcome.Tries++;
                    failed.Add(outcome);
                }
            }
        }
    }

    private async Task CompleteAsync(Completed[] group)
    {
        Completed[] refused = await scripts.CompleteAsync(group, held.Count);
        metrics.Completed.Add(group.Length - refused.Length);
        foreach (Completed task in refused)
            Refuse(task);
    }

    private async Task SettleOneAsync(Outcome[] one)
    {
        Outcome outcome = one[0];
        SettleResult result = outcome switch
        {
            Retry retry => await scripts.RetryAsync(retry),
            Snoozed snoozed => await scripts.SnoozeAsync(snoozed),
            Dead dead => await scripts.DeadLetterAsync(dead),
            Ended ended => await scripts.EndAsync(ended),
            _ => await scripts.GiveBackAsync(outcome.Task.Entry.Level, outcome.Task.Entry.EntryId),
        };
        if (result == SettleResult.Refused)
            Refuse(outcome);
        else if (result == SettleResult.Done)
            Count(outcome);
    }

    private void Count(Outcome outcome)
    {
        switch (outcome)
        {
            case Retry retry:
                promoter.DueIn(retry.Delay);
                metrics.Retried.Add(1);
                CountTimeout(retry.TimedOut);
                break;
            case Snoozed snoozed:
                promoter.DueIn(snoozed.Delay);
                break;
            case Dead dead:
                metrics.Failed.Add(1);
                CountTimeout(dead.TimedOut);
                LogDead(dead.Task.Entry.TaskId, dead.Task.Entry.Type, dead.Reason);
                break;
        }
    }

    private void CountTimeout(bool timedOut)
    {
        if (timedOut)
            metrics.TimedOut.Add(1);
    }

    private void Refuse(Outcome outcome)
    {
        metrics.Stale.Add(1);
        LogStale(outcome.Task.Entry.TaskId, outcome.Task.Entry.Type, outcome.GetType().Name);
    }

    [LoggerMessage(2020, LogLevel.Warning, "Redis did not take the outcome of {Count} task(s); trying again.")]
    private partial void LogNotWritten(Exception exception, int count);

    [LoggerMessage(2021, LogLevel.Warning, "Task {TaskId} ({TaskType}) is a dead letter: {Reason}. See: runnel dlq list")]
    private partial void LogDead(string taskId, string taskType, string reason);

    [LoggerMessage(2022, LogLevel.Warning, "The outcome ({Outcome}) of task {TaskId} ({TaskType}) was refused: this worker no longer owns the task.")]
    private partial void LogStale(string taskId, string taskType, string outcome);
}
