namespace Runnel.Testing.Tests.Conformance;

internal sealed class MemoryQueue(Action<RunnelBuilder> handlers) : IQueueUnderTest
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(1);
    private readonly TestQueue queue = new(handlers);

    public DateTimeOffset Now => queue.Time.GetUtcNow();

    public Task HoldAsync() => Task.CompletedTask; // nothing runs by itself

    public Task ReleaseAsync() => Task.CompletedTask;

    public Task PassAsync(TimeSpan time)
    {
        queue.Time.Advance(time);
        return Task.CompletedTask;
    }

    public Task<string> SubmitAsync(string type, object payload, SubmitOptions? options = null) => Task.FromResult(queue.Submit(type, payload, options).Id);

    public Task<IReadOnlyList<string>> SubmitChainAsync(params TaskDraft[] steps) =>
        Task.FromResult<IReadOnlyList<string>>([.. queue.SubmitChain(steps).Select(task => task.Id)]);

    public Task<string> SubmitBatchAsync(string type, IEnumerable<object> payloads, BatchOptions? options = null) =>
        Task.FromResult(queue.SubmitBatch(type, payloads, options).Id);

    public Task<TaskView?> FindAsync(string id) => Task.FromResult(queue.Find(id) is { } task
        ? new TaskView(task.State, Math.Max(1, task.Attempt), task.Reason, task.Errors.Count, task.WaitsFor, task.State == TaskState.Completed ? task.ResultJson : null)
        : null);

    public async Task<TaskView> EndedAsync(string id)
    {
        await queue.AdvanceAsync(LongEnough);
        return (await FindAsync(id))!;
    }

    public async Task<BatchView> BatchEndedAsync(string id)
    {
        TestBatch batch = queue.FindBatch(id)!;
        await queue.AdvanceAsync(LongEnough);
        Assert.True(batch.IsFinished);
        return new BatchView(batch.Completed, batch.Failed, batch.Cancelled);
    }

    public Task<CancelResult> CancelAsync(string id) => Task.FromResult(queue.Cancel(id));

    public Task CancelBatchAsync(string id) => Task.FromResult(queue.CancelBatch(id));

    public Task<bool> RequeueAsync(string id) => Task.FromResult(queue.Requeue(id));

    public Task<bool> PurgeAsync(string id) => Task.FromResult(queue.Purge(id));

    public ValueTask DisposeAsync() => queue.DisposeAsync();
}
