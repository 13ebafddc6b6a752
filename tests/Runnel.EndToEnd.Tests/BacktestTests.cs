using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class BacktestTests(RedisFixture redis) : IDisposable
{
    private const string Payload = """
        {"backtest_id":"same","strategy_config":{"name":"sma_crossover","params":{"fast":10,"slow":30}},"symbol":"BTCUSDT","interval":"1h",
         "start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000,"direction":"long_short"}
        """;

    private static readonly Dictionary<string, string> Invented = new()
    {
        ["Runnel__Trading__AllowBybit"] = "false",
        ["Runnel__Trading__AllowSynthetic"] = "true",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Flags_a_payload_and_the_queue_give_the_same_bytes()
    {
        string queue = redis.NewQueue();
        await using RunningTool worker = RunningTool.Start(
            ["worker", "--redis-url", redis.Url, "--stream", queue, "--workers", "1", "--data-dir", folder], Invented);
        await worker.LineAsync("takes tasks from");

        CliResult queued = await Cli.RunAsync(["submit", "backtest", "--payload", Payload, "--wait", "--redis-url", redis.Url, "--stream", queue]);
        CliResult payload = await RunAsync("--payload", Payload, "--json");
        CliResult flags = await RunAsync("--strategy", "sma_crossover", "--param", "fast=10", "--param", "slow=30", "--symbol", "BTCUSDT", "--interval", "1h",
            "--from", "2024-01-01", "--to", "2024-07-01", "--set", "direction=long_short", "--set", "backtest_id=same", "--json");

        Assert.Equal((0, 0, 0), (queued.ExitCode, payload.ExitCode, flags.ExitCode));
        Assert.StartsWith("{\"backtest_id\":\"same\",\"status\":\"completed\"", queued.Output, StringComparison.Ordinal);
        Assert.Equal(queued.Output, payload.Output);
        Assert.Equal(queued.Output, flags.Output);
    }

    [Fact]
    public async Task Prints_grouped_figures_and_trades_and_writes_what_it_is_told()
    {
        CliResult result = await RunAsync("--payload", Payload, "--trades", "--report", Path.Combine(folder, "report.html"),
            "--export", "json", "--export", "csv", "--export", "parquet", "--out", Path.Combine(folder, "out"));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("return for risk", result.Output, StringComparison.Ordinal);
        Assert.Contains("Sharpe ratio", result.Output, StringComparison.Ordinal);
        Assert.Contains("note: The klines are invented", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^1 +(long|short) +2024-01-", result.Output);
        Assert.Contains("INVENTED MARKET", await File.ReadAllTextAsync(Path.Combine(folder, "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(["same-equity.csv", "same-equity.parquet", "same-trades.csv", "same-trades.parquet", "same.json"],
            Directory.GetFiles(Path.Combine(folder, "out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_file_of_klines_says_what_flags_leave_out()
    {
        Assert.SkipWhen(TestFolders.Shared is null, TestFolders.NoShared);
        string klines = Path.Combine(TestFolders.Shared, "data", "klines", "bybit-linear-WIFUSDT-240.csv.gz");

        CliResult result = await RunAsync("--strategy", "macd", "--klines", klines);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("WIFUSDT 4h", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("note:", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--payload [1]", "--payload is not a JSON object")]
    [InlineData("--payload {", "--payload is not JSON")]
    [InlineData("--payload @nowhere.json", "nowhere.json")]
    [InlineData("--klines nowhere.csv", "--klines is 'nowhere.csv'")]
    [InlineData("--strategy macd --symbol BTCUSDT", "interval is missing")]
    [InlineData("--strategy macd --param fast=x --symbol BTCUSDT --interval 1h --from 2024-01-01 --to 2024-02-01", "strategy_config.params.fast is 'x'")]
    [InlineData("--strategy macd --symbol BTCUSDT --interval 1h --from 2024-01-01 --to 2024-02-01 --report /nowhere/at/all.html", "could not be written")]
    public async Task What_cannot_be_done_is_said_in_a_sentence(string line, string part)
    {
        CliResult result = await RunAsync(line.Split(' '));

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(part, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync(["backtest", "--data-dir", folder, .. arguments], environment: Invented);
}
