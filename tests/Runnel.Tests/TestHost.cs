using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runnel.Redis;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests;

/// <summary>A host with one worker on a queue of its own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost host;

    private TestHost(IHost host, QueueKeys keys, IDatabase redis)
    {
        this.host = host;
        Keys = keys;
        Redis = redis;
    }

    public RunnelClient Client => host.Services.GetRequiredService<RunnelClient>();

    public IServiceProvider Services => host.Services;

    public QueueKeys Keys { get; }

    public IDatabase Redis { get; }

    public static Task<TestHost> StartAsync(RedisFixture redis, Action<RunnelBuilder> handlers, Action<WorkerOptions>? worker = null, string? queue = null) =>
        StartAsync(redis.Server, handlers, worker, queue ?? redis.NewQueue());

    public static async Task<TestHost> StartAsync(RedisServer server, Action<RunnelBuilder> handlers, Action<WorkerOptions>? worker, string queue)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        RunnelBuilder runnel = builder.Services.AddRunnel(o => (o.RedisUrl, o.Queue) = (server.Url, queue)).AddWorker(o =>
        {
            o.Concurrency = 4;
            worker?.Invoke(o);
        });
        handlers(runnel);
        IHost host = builder.Build();
        await host.StartAsync();
        return new TestHost(host, new QueueKeys(queue, "workers"), server.Database);
    }

    public Task StopAsync() => host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
