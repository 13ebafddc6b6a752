using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class PortfolioTests(RedisFixture redis) : IDisposable
{
    private static readonly Dictionary<string, string> Invented = new()
    {
        ["Runnel__Trading__AllowBybit"] = "false",
        ["Runnel__Trading__AllowSynthetic"] = "true",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_portfolio_by_flags_a_payload_and_the_queue_gives_the_same_bytes()
    {
        const string Portfolio = """
            {"symbols":[{"symbol":"BTCUSDT","share":0.5},"ETHUSDT","SOLUSDT"],"strategy_config":{"name":"sma_crossover","params":{"fast":10,"slow":30}},"interval":"1h",
             "finer_interval":"15m","start_date":"2024-01-01","end_date":"2024-03-01","initial_capital":10000}
            """;
        string queue = redis.NewQueue();
        await using RunningTool worker = RunningTool.Start(
            ["worker", "--redis-url", redis.Url, "--stream", queue, "--workers", "1", "--data-dir", folder], Invented);
        await worker.LineAsync("takes tasks from");

        CliResult queued = await Cli.RunAsync(["submit", "portfolio", "--payload", Portfolio, "--wait", "--redis-url", redis.Url, "--stream", queue]);
        CliResult payload = await RunAsync("--payload", Portfolio, "--json");
        CliResult flags = await RunAsync("--strategy", "sma_crossover", "--param", "fast=10", "--param", "slow=30", "--symbol", "BTCUSDT=0.5", "--symbol", "ETHUSDT", "SOLUSDT",
            "--interval", "1h", "--from", "2024-01-01", "--to", "2024-03-01", "--set", "finer_interval=15m", "--json");
        CliResult text = await RunAsync("--payload", Portfolio, "--trades", "--report", Path.Combine(folder, "page.html"), "--export", "csv", "--export", "json", "--out", folder);
        CliResult file = await RunAsync("--payload", Portfolio, "--klines", Environment.ProcessPath!);

        Assert.Equal((0, 0, 0), (queued.ExitCode, payload.ExitCode, flags.ExitCode));
        Assert.StartsWith("{\"strategy\":{\"name\":\"sma_cross\"", queued.Output, StringComparison.Ordinal);
        Assert.Equal(queued.Output, payload.Output);
        Assert.Equal(queued.Output, flags.Output);
        Assert.Equal(0, text.ExitCode);
        Assert.Matches(@"(?m)^BTCUSDT +0\.5 +-?[\d,.]+ +[1-9]", text.Output);
        Assert.Matches(@"(?m)^(BTC|ETH|SOL)USDT +long +2024-", text.Output);
        Assert.Contains("Sharpe ratio", text.Output, StringComparison.Ordinal);
        Assert.Contains("<h1>sma_cross on BTCUSDT, ETHUSDT, SOLUSDT</h1>", await File.ReadAllTextAsync(Path.Combine(folder, "page.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(folder, "sma_cross_on_*").Length);
        Assert.Equal(1, file.ExitCode);
        Assert.Contains("Give the folder that holds them", file.Errors, StringComparison.Ordinal);
    }

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync(["portfolio", "--data-dir", folder, .. arguments], environment: Invented);
}
