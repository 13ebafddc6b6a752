using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

/// <summary>Takes each step twice, in the model and through the real scripts, and compares what they answer.</summary>
internal sealed class ModelRun(IDatabase redis, QueueKeys keys, RunnelClient client)
{
    private static readonly TaskPriority[] Priorities = Enum.GetValues<TaskPriority>();
    private readonly ModelConsumer[] consumers = [.. "abc".Select(name => new ModelConsumer(redis, keys, $"{name}"))];
    private int calls;

    public QueueModel Model { get; } = new();

    public Task TakeAsync(Step step) => step.Kind switch
    {
        StepKind.Submit => SubmitAsync(step, later: false),
        StepKind.SubmitLater => SubmitAsync(step, later: true),
        StepKind.SubmitWithId => SubmitWithIdAsync(step),
        StepKind.Fetch => FetchAsync(consumers[step.A % consumers.Length], 1 + step.B % 4),
        StepKind.Kill => KillAsync(step.A % consumers.Length),
        StepKind.Cancel => OnTaskAsync(step, async task => Assert.Equal(Model.Cancel(task), await client.CancelAsync(task.Id))),
        StepKind.Requeue => OnTaskAsync(step, async task => Assert.Equal(Model.Requeue(task), await client.DeadLetters.RequeueAsync(task.Id))),
        StepKind.Purge => OnTaskAsync(step, async task => Assert.Equal(Model.Purge(task), await client.DeadLetters.PurgeAsync(task.Id))),
        StepKind.Promote => OnTaskAsync(step, PromoteAsync),
        _ => OnHoldingAsync(step),
    };

    private async Task SubmitAsync(Step step, bool later)
    {
        SubmitOptions options = new() { Priority = Priorities[step.A % 4], MaxRetries = step.B % 3, Delay = later ? TimeSpan.FromHours(1) : null };
        Model.Submit(await SubmittedAsync(options), later);
    }

    private async Task SubmitWithIdAsync(Step step)
    {
        SubmitOptions options = new() { Id = $"own-{step.A % 3}", Priority = Priorities[step.B % 4], MaxRetries = step.B % 3 };
        ModelTask? known = Model.Tasks.Find(task => task.Id == options.Id);
        ModelTask task = await SubmittedAsync(options);
        if (known is { Purged: false })
            return;
        if (known is not null)
            Model.Tasks.Remove(known);
        Model.Submit(task, later: false);
    }

    private async Task<ModelTask> SubmittedAsync(SubmitOptions options) => new()
    {
        Id = await client.SubmitAsync("any", calls++, options),
        Priority = options.Priority,
        MaxRetries = options.MaxRetries,
    };

    private async Task FetchAsync(ModelConsumer consumer, int count)
    {
        List<TaskEntry> entries = await consumer.FetchAsync(count);
        List<(int Level, ModelTask Task)> expected = Model.Fetch(count);

        Assert.Equal(expected.Select(e => (e.Level, e.Task.Id, e.Task.Attempt, e.Task.Crashes)), entries.Select(e => (e.Level, e.TaskId, e.Attempt, e.Crashes)));
        if (entries.Count > 0 && entries[0].Crashes >= QueueModel.MaxCrashes - 1)
        {
            Assert.Equal(SettleResult.Done, await consumer.Scripts.NoteAloneAsync(entries[0]));
            expected[0].Task.AloneIn = expected[0].Task.Delivery;
        }

        consumer.Holdings.AddRange(entries.Zip(expected, (entry, e) => new Holding(e.Task, e.Task.Delivery, entry)));
    }

    /// <summary>Another worker finds the lease run out. What the dead one held stays in its hands, for it may only have been paused.</summary>
    private async Task KillAsync(int dead)
    {
        await consumers[dead].LoseLeaseAsync();
        await consumers[(dead + 1) % consumers.Length].Recovery.RecoverAsync(consumers[dead].Name);

        foreach (Holding holding in consumers[dead].Holdings.Where(h => h.IsCurrent).OrderBy(h => h.Entry.Level).ThenBy(h => StreamId.Parse(h.Entry.EntryId)).ToArray())
            Model.Crash(holding.Task);
    }

    private async Task PromoteAsync(ModelTask task)
    {
        if (task.State is not (TaskState.Scheduled or TaskState.Retrying))
            return;
        await redis.SortedSetAddAsync(keys.Delayed, task.Id, 0); // its time has come

        Assert.Equal(1, await consumers[0].Promoter.PromoteOnceAsync());
        Model.Promote(task);
    }

    private async Task OnTaskAsync(Step step, Func<ModelTask, Task> act)
    {
        if (Model.Tasks.Count > 0)
            await act(Model.Tasks[(step.A * 10 + step.B) % Model.Tasks.Count]);
    }

    private async Task OnHoldingAsync(Step step)
    {
        ModelConsumer consumer = consumers[step.A % consumers.Length];
        if (consumer.Holdings.Count == 0)
            return;
        Holding holding = consumer.Holdings[step.B % consumer.Holdings.Count];
        if (step.Kind == StepKind.StopCancelled && !holding.Task.Cancelling)
            return;
        consumer.Holdings.Remove(holding);
        bool done = await consumer.SettleAsync(step.Kind, holding.Entry, calls++);

        Assert.Equal(holding.IsCurrent, done);
        if (done)
            Settle(step.Kind, holding.Task);
        else
            Model.Stale++;
    }

    private void Settle(StepKind kind, ModelTask task)
    {
        switch (kind)
        {
            case StepKind.Complete: Model.Complete(task); break;
            case StepKind.Snooze: Model.Snooze(task); break;
            case StepKind.StopCancelled: Model.StopCancelled(task); break;
            case StepKind.GiveBack: Model.GiveBack(task); break;
            default: Model.Fail(task, timedOut: kind == StepKind.TimeOut); break;
        }
    }
}
