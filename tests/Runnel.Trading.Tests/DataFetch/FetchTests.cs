using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel.Backtesting;
using Runnel.MarketData.Tests.Bybit;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.DataFetch;

/// <summary>A worker with an empty store, and an exchange on this machine that it fetches from.</summary>
public abstract class FetchTests(RedisFixture redis) : IAsyncLifetime
{
    protected const long Hour = 3_600_000;
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    protected static readonly long Start = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private readonly TemporaryFolder folder = new();
    private StandInExchange? exchange;
    private IHost? host;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected StandInExchange Exchange => exchange!;

    protected RunnelClient Client => Service<RunnelClient>();

    public async ValueTask InitializeAsync()
    {
        exchange = await StandInExchange.StartAsync();
        Fill(exchange);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        string queue = redis.NewQueue();
        Uri address = exchange.Address;
        builder.Services.AddRunnel(o => (o.RedisUrl, o.Queue) = (redis.Url, queue))
            .AddBacktesting(t => (t.DataFolder, t.Bybit) = (folder.Path, StandInExchange.Impatient(address)))
            .AddWorker(w => w.Concurrency = 3);
        host = builder.Build();
        await host.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.StopAsync(CancellationToken.None);
        host?.Dispose();
        await Exchange.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the exchange what it has.</summary>
    private protected abstract void Fill(StandInExchange exchange);

    protected T Service<T>()
        where T : notnull => host!.Services.GetRequiredService<T>();

    protected Task<string> SubmitAsync(string type, string json) => Client.SubmitRawAsync(type, Encoding.UTF8.GetBytes(json), cancellationToken: Token);

    protected async Task<T?> ResultAsync<T>(string type, string json) => await Client.WaitForResultAsync<T>(await SubmitAsync(type, json), Patience, Token);

    /// <summary>Hourly or longer bars from 2024 on, a wave round a price.</summary>
    protected static Klines Bars(string symbol, int count, int hours, double basis = 100)
    {
        double[] prices = [.. Enumerable.Range(0, count).Select(i => Math.Round(basis + (10 * Math.Sin(i / 12.0)), 2))];
        return new Klines(symbol, [.. Enumerable.Range(0, count).Select(i => Start + (i * hours * Hour))], prices, prices, prices, prices, prices);
    }
}
