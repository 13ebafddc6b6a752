using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Runnel.LoadTest;

/// <summary>A worker in this process on a queue of its own.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private readonly IHost host;

    private BenchHost(IHost host) => this.host = host;

    public RunnelClient Client => host.Services.GetRequiredService<RunnelClient>();

    public static async Task<BenchHost> StartAsync(string address, string queue, int concurrency, Action<RunnelBuilder> handlers, Action<WorkerOptions>? worker = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        handlers(builder.Services.AddRunnel(o => (o.RedisUrl, o.Queue) = (address, queue)).AddWorker(o =>
        {
            o.Concurrency = concurrency;
            worker?.Invoke(o);
        }));
        IHost host = builder.Build();
        await host.StartAsync();
        return new BenchHost(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
