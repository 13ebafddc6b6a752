using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

/// <summary>A host with one worker on a queue of its own, with records of its own.</summary>
internal sealed class OptimizationHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly TemporaryFolder folder;

    private OptimizationHost(IHost host, TemporaryFolder folder) => (this.host, this.folder) = (host, folder);

    public RunnelClient Client => host.Services.GetRequiredService<RunnelClient>();

    /// <summary>What the worker says that it holds.</summary>
    public IEnumerable<string> Affinities => host.Services.GetServices<IAffinitySource>().SelectMany(source => source.Held);

    public OptimizationRecords Records => host.Services.GetRequiredService<OptimizationRecords>();

    public static Task<OptimizationHost> StartAsync(RedisFixture redis, int concurrency = 1, Action<TradingOptions>? configure = null, ChunkRun? run = null) =>
        StartAsync(redis.Url, redis.NewQueue(), concurrency, configure, run);

    public static async Task<OptimizationHost> StartAsync(string redisUrl, string queue, int concurrency, Action<TradingOptions>? configure = null, ChunkRun? run = null)
    {
        TemporaryFolder folder = new();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        if (run is not null)
            builder.Services.AddSingleton(run);
        builder.Services.AddRunnel(o => (o.RedisUrl, o.Queue) = (redisUrl, queue))
            .AddBacktesting(t =>
            {
                (t.DataFolder, t.AllowBybit, t.AllowSynthetic) = (folder.Path, false, true);
                configure?.Invoke(t);
            })
            .AddWorker(w => w.Concurrency = concurrency);
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new OptimizationHost(host, folder);
    }

    public async Task<OptimizationReply> RunAsync(object payload) => (await Client.WaitForResultAsync<OptimizationReply>(
        await Client.SubmitAsync("optimization", payload, cancellationToken: TestContext.Current.CancellationToken), TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken))!;

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
        folder.Dispose();
    }
}
