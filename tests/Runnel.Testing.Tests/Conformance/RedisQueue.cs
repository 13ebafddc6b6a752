using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Testing.Tests.Conformance;

internal sealed class RedisQueue : IQueueUnderTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly RedisFixture redis;
    private readonly IHost host;

    private RedisQueue(RedisFixture redis, IHost host) => (this.redis, this.host) = (redis, host);

    public DateTimeOffset Now
    {
        get
        {
            RedisResult time = redis.Database.Execute("TIME");
            return DateTimeOffset.FromUnixTimeMilliseconds(((long)time[0] * 1000) + ((long)time[1] / 1000));
        }
    }

    private RunnelClient Client => host.Services.GetRequiredService<RunnelClient>();

    public static async Task<IQueueUnderTest> StartAsync(RedisFixture redis, Action<RunnelBuilder> handlers)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        handlers(builder.Services.AddRunnel(o => (o.RedisUrl, o.Queue) = (redis.Url, redis.NewQueue())).AddWorker(o => o.Concurrency = 1));
        IHost host = builder.Build();
        await host.StartAsync();
        return new RedisQueue(redis, host);
    }

    public async Task HoldAsync()
    {
        await Client.PauseAsync();
        string probe = await Client.SubmitAsync("probe", 1); // a worker that had begun to read takes one more; this one
        await Client.CancelAsync(probe);
    }

    public Task ReleaseAsync() => Client.ResumeAsync();

    public async Task PassAsync(TimeSpan time)
    {
        DateTimeOffset end = Now + time;
        await Eventually.TrueAsync(() => Now > end, Deadline, "the time has passed", TestContext.Current.CancellationToken);
    }

    public Task<string> SubmitAsync(string type, object payload, SubmitOptions? options) => Client.SubmitAsync(type, payload, options);

    public Task<IReadOnlyList<string>> SubmitChainAsync(params TaskDraft[] steps) => Client.SubmitChainAsync(steps);

    public Task<string> SubmitBatchAsync(string type, IEnumerable<object> payloads, BatchOptions? options) =>
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
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    private async Task<TaskView> ViewAsync(TaskInfo task) => new(
        task.State, task.Attempt, task.Reason, task.Errors.Count, task.WaitsFor, task.State == TaskState.Completed ? await Client.GetResultJsonAsync(task.Id) : null);
}
