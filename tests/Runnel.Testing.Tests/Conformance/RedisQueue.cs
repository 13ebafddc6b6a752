using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Testing.Tests.Conformance;

internal sealed class RedisQueue : IQueueUnderTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly RedisFixture redis;
    private readonly string queue;
    private readonly Action<RunnelBuilder> handlers;
    private IHost? worker;

    private RedisQueue(RedisFixture redis, string queue, Action<RunnelBuilder> handlers, RunnelClient client) =>
        (this.redis, this.queue, this.handlers, Client) = (redis, queue, handlers, client);

    public DateTimeOffset Now
    {
        get
        {
            RedisResult time = redis.Database.Execute("TIME");
            return DateTimeOffset.FromUnixTimeMilliseconds(((long)time[0] * 1000) + ((long)time[1] / 1000));
        }
    }

    private RunnelClient Client { get; }

    public static async Task<IQueueUnderTest> StartAsync(RedisFixture redis, Action<RunnelBuilder> handlers)
    {
        string queue = redis.NewQueue();
        RedisQueue started = new(redis, queue, handlers, await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }));
        await started.ReleaseAsync();
        return started;
    }

    /// <summary>A pause reaches a worker a little later; one that was stopped takes nothing.</summary>
    public async Task HoldAsync()
    {
        if (worker is null)
            return;
        await worker.StopAsync();
        await ((IAsyncDisposable)worker).DisposeAsync();
        worker = null;
    }

    public async Task ReleaseAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        handlers(builder.Services.AddRunnel(o => (o.RedisUrl, o.Queue) = (redis.Url, queue)).AddWorker(o => o.Concurrency = 1));
        worker = builder.Build();
        await worker.StartAsync();
    }

    public async Task PassAsync(TimeSpan time)
    {
        DateTimeOffset end = Now + time;
        await Eventually.TrueAsync(() => Now > end, Deadline, "the time has passed", TestContext.Current.CancellationToken);
    }

    public Task<string> SubmitAsync(string type, object payload, SubmitOptions? options = null) => Client.SubmitAsync(type, payload, options);

    public Task<IReadOnlyList<string>> SubmitChainAsync(params TaskDraft[] steps) => Client.SubmitChainAsync(steps);

    public Task<string> SubmitBatchAsync(string type, IEnumerable<object> payloads, BatchOptions? options = null) =>
        Client.SubmitBatchAsync(type, payloads.ToAsyncEnumerable(), options);

    public async Task<TaskView?> FindAsync(string id) => await Client.FindAsync(id) is { } task ? await ViewAsync(task) : null;

    public async Task<TaskView> EndedAsync(string id) => await ViewAsync(await Client.WaitAsync(id, Deadline));

    public async Task<BatchView> BatchEndedAsync(string id)
    {
        BatchInfo batch = await Client.WaitForBatchAsync(id, Deadline);
        return new BatchView(batch.Completed, batch.Failed, batch.Cancelled);
    }

    public Task<CancelResult> CancelAsync(string id) => Client.CancelAsync(id);

    public Task CancelBatchAsync(string id) => Client.CancelBatchAsync(id);

    public Task<bool> RequeueAsync(string id) => Client.DeadLetters.RequeueAsync(id);

    public Task<bool> PurgeAsync(string id) => Client.DeadLetters.PurgeAsync(id);

    public async ValueTask DisposeAsync()
    {
        await HoldAsync();
        await Client.DisposeAsync();
    }

    private async Task<TaskView> ViewAsync(TaskInfo task) => new(
        task.State, task.Attempt, task.Reason, task.Errors.Count, task.WaitsFor, task.State == TaskState.Completed ? await Client.GetResultJsonAsync(task.Id) : null);
}
