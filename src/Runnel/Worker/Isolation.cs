using Microsoft.Extensions.Logging;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Runs a task that the next death would make a dead letter with nothing beside it in this process: then the death is its own,
/// and no innocent neighbor of poison is taken for poison.</summary>
internal sealed partial class Isolation(WorkerOptions options, HeldTasks held, TaskRunner runner, SettleScripts scripts, TimeProvider time, ILogger<Isolation> logger)
{
    /// <summary>True where the task was in hand at so many deaths that the next one counts. With one death allowed there is no telling before.</summary>
    public bool Suspects(TaskEntry entry) => entry.Crashes > 0 && options.MaxCrashes > 1 && entry.Crashes >= options.MaxCrashes - 1;

    /// <summary>Waits until this process has nothing else in hand, runs the task, which has its slot already, and returns when it has
    /// ended or the worker stops. The caller takes nothing meanwhile.</summary>
    public async Task RunAsync(TaskEntry entry, CancellationToken stopping)
    {
        LogAlone(entry.TaskId, entry.Type, entry.Crashes);
        RunningTask task = runner.Take(entry);
        await using (stopping.UnsafeRegister(_ => task.Cancel(CancelCause.Drain), null)) // handed back if it has not started by then
        {
            bool alone = await held.UntilAsync(() => held.Count == 1, Timeout.InfiniteTimeSpan, time, task.Token);
            if (alone && !await NoteAsync(entry))
                task.Cancel(CancelCause.LeaseLost);
        }

        runner.Start(task);
        await held.UntilAsync(() => !held.Contains(entry.Level, entry.EntryId), Timeout.InfiniteTimeSpan, time, stopping);
    }

    private async Task<bool> NoteAsync(TaskEntry entry)
    {
        try
        {
            return await scripts.NoteAloneAsync(entry) == SettleResult.Done;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogNotNoted(e, entry.TaskId);
            return false;
        }
    }

    [LoggerMessage(2042, LogLevel.Warning, "Task {TaskId} ({Type}) was in hand when workers died, {Count} time(s); it runs with nothing beside it in this process.")]
    private partial void LogAlone(string taskId, string type, int count);

    [LoggerMessage(2043, LogLevel.Warning, "Could not note that task {TaskId} runs alone; it is handed back.")]
    private partial void LogNotNoted(Exception exception, string taskId);
}
