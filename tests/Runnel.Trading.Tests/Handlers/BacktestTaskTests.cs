using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Handlers;

public sealed class BacktestTaskTests(RedisFixture redis) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder folder = new();
    private IHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunnelClient Client => host.Services.GetRequiredService<RunnelClient>();

    public async ValueTask InitializeAsync()
    {
        host = Build(t => (t.AllowBybit, t.AllowSynthetic) = (false, true));
        await host.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_backtest_travels_through_the_queue_and_its_result_comes_back()
    {
        BacktestPayload payload = Payload();
        string id = await Client.SubmitAsync("backtest", payload, cancellationToken: Token);

        BacktestReply? reply = await Client.WaitForResultAsync<BacktestReply>(id, Patience, Token);
        string again = await Client.SubmitAsync("backtest", payload, cancellationToken: Token);
        BacktestReply? repeated = await Client.WaitForResultAsync<BacktestReply>(again, Patience, Token);

        Assert.Equal(("completed", 8_784), (reply!.Status, reply.Data!.Bars));
        Assert.True(reply.TradeCount > 10);
        Assert.Equal(reply.Statistics, repeated!.Statistics);
        Assert.Contains("\"final_equity\":", await Client.GetResultJsonAsync(id, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_run_gives_the_bytes_that_the_queue_gives()
    {
        JsonElement payload = JsonSerializer.SerializeToElement(Payload());
        using LocalBacktests local = new(new TradingOptions { AllowBybit = false, AllowSynthetic = true, DataFolder = folder.Path }, TimeProvider.System);

        CompletedBacktest here = await local.RunAsync(payload, cancellationToken: Token);
        string id = await Client.SubmitRawAsync("backtest", JsonSerializer.SerializeToUtf8Bytes(payload), cancellationToken: Token);
        await Client.WaitAsync(id, Patience, Token);

        Assert.Equal(await Client.GetResultJsonAsync(id, Token), JsonSerializer.Serialize(here.Reply, new RunnelOptions().Json));
        Assert.Equal(here.Reply.TradeCount, here.Result.Trades.Count);
    }

    [Fact]
    public async Task A_local_run_refuses_what_the_task_refuses()
    {
        using LocalBacktests local = new(new TradingOptions { AllowBybit = false, DataFolder = folder.Path }, TimeProvider.System);

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(() => local.RunAsync(JsonSerializer.SerializeToElement(Payload() with { Leverage = 0 }), cancellationToken: Token));
        PayloadException missing = await Assert.ThrowsAsync<PayloadException>(() => local.RunAsync(JsonSerializer.SerializeToElement(Payload()), cancellationToken: Token));

        Assert.Equal("leverage", Assert.Single(wrong.Fields));
        Assert.Equal("symbol", Assert.Single(missing.Fields));
        Assert.Throws<OptionsValidationException>(() => new LocalBacktests(new TradingOptions { KlinesFile = "/nowhere/a.csv" }, TimeProvider.System));
    }

    [Theory]
    [InlineData("{\"backtest_id\":\"b\"}", "strategy_config is missing")]
    [InlineData("[1]", "Give a JSON object")]
    [InlineData("""{"backtest_id":"b","strategy_config":{"name":"ema_cross"},"symbol":"NOSUCH","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01","initial_capital":1000}""", "symbol is 'NOSUCH'")]
    public async Task What_cannot_succeed_is_a_dead_letter_after_one_attempt(string json, string part)
    {
        string id = await Client.SubmitRawAsync("backtest", Encoding.UTF8.GetBytes(json), cancellationToken: Token);

        TaskInfo task = await Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        Assert.Contains(part, Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_stop_the_host_with_every_key()
    {
        using IHost wrong = Build(t => (t.KlinesFile, t.KlinesFolder, t.StaleSeconds) = ("/nowhere/a.csv", "/nowhere/klines", 1));

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => wrong.Services.GetRequiredService<IOptions<TradingOptions>>().Value);

        Assert.Equal(3, error.Failures.Count());
        Assert.Contains("Runnel:Trading:KlinesFile", error.Message, StringComparison.Ordinal);
        Assert.Contains("Runnel:Trading:KlinesFolder", error.Message, StringComparison.Ordinal);
        Assert.Contains("Runnel:Trading:StaleSeconds is 1; give at least 15", error.Message, StringComparison.Ordinal);
    }

    private IHost Build(Action<TradingOptions> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        string queue = redis.NewQueue();
        builder.Services.AddRunnel(o => (o.RedisUrl, o.Queue) = (redis.Url, queue))
            .AddBacktesting(t =>
            {
                t.DataFolder = folder.Path;
                configure(t);
            })
            .AddWorker(w => w.Concurrency = 2);
        return builder.Build();
    }

    private static BacktestPayload Payload() => new()
    {
        BacktestId = "b",
        StrategyConfig = new StrategyConfig("ema_cross", new Dictionary<string, double> { ["fast"] = 12, ["slow"] = 26 }),
        Symbol = "BTCUSDT",
        Interval = "1h",
        StartDate = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero),
        EndDate = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero),
        InitialCapital = 10_000,
    };
}
