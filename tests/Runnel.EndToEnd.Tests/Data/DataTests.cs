using System.Diagnostics;
using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData.Tests.Bybit;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests.Data;

public sealed class DataTests(RedisFixture redis) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-data-").FullName;
    private StandInExchange exchange = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Dictionary<string, string> Environment => new()
    {
        ["Runnel__Trading__Bybit__BaseAddress"] = exchange.Address.ToString(),
        ["Runnel__Trading__Bybit__RequestsPerSecond"] = "20",
        ["RUNNEL_DATA_DIR"] = folder,
    };

    public async ValueTask InitializeAsync()
    {
        exchange = await StandInExchange.StartAsync();
        foreach (string symbol in Enumerable.Range(0, 6).Select(i => $"S{i}USDT"))
        {
            exchange.Add("linear", "1", Bars(symbol, 12 * 1_440, 1));
            exchange.Add("linear", "D", Bars(symbol, 12, 1_440));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await exchange.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Fetches_lists_exports_imports_and_removes()
    {
        CliResult fetched = await RunAsync("data", "fetch", "S0USDT", "1m", "--from", "2024-01-01", "--to", "2024-01-03", "--json");
        CliResult list = await RunAsync("data", "list", "--json"), info = await RunAsync("data", "info", "s0usdt", "1m"), gaps = await RunAsync("data", "gaps", "S0USDT", "1m");
        CliResult verified = await RunAsync("data", "verify");
        string file = Path.Combine(folder, "out.csv.gz");
        CliResult exported = await RunAsync("data", "export", "S0USDT", "1m", file, "--from", "2024-01-02");
        CliResult hours = await RunAsync("data", "export", "S0USDT", "1h", Path.Combine(folder, "hours.csv"));
        CliResult refused = await RunAsync("data", "import", "S0USDT", "5m", file), forgotten = await RunAsync("data", "rm", "S0USDT", "1m");
        CliResult imported = await RunAsync("data", "import", "S1USDT", "1m", file), removed = await RunAsync("data", "rm", "S0USDT", "1m", "--yes");

        Assert.Equal(2_880, JsonDocument.Parse(fetched.Output).RootElement.GetProperty("rows_stored").GetInt32());
        Assert.Equal(2_880, Assert.Single(JsonDocument.Parse(list.Output).RootElement.EnumerateArray()).GetProperty("bars").GetInt32());
        Assert.Contains("first bar  2024-01-01 00:00 UTC", info.Output, StringComparison.Ordinal);
        Assert.Equal("No gaps.", gaps.Output.Trim());
        Assert.Contains("in order", verified.Output, StringComparison.Ordinal);
        Assert.Contains("Wrote 1440 bars", exported.Output, StringComparison.Ordinal);
        Assert.Equal((1, 2), (refused.ExitCode, forgotten.ExitCode));
        Assert.Contains("Check the interval", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("Wrote 48 bars of S0USDT 1h linear", hours.Output, StringComparison.Ordinal);
        Assert.Contains("Imported 1440 bars of S1USDT 1m linear", imported.Output, StringComparison.Ordinal);
        Assert.Equal(0, removed.ExitCode);
    }

    [Fact]
    public async Task Funding_is_fetched_imported_listed_verified_exported_and_charged_by_a_backtest()
    {
        long first = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        exchange.Funding = ("S0USDT", new FundingRates([.. Enumerable.Range(0, 36).Select(i => first + (i * 28_800_000L))], [.. Enumerable.Range(0, 36).Select(i => (i - 10) / 10_000.0)]));
        string file = Path.Combine(folder, "funding.csv");
        CliResult fetched = await RunAsync("data", "fetch", "S0USDT", "funding", "--from", "2024-01-01", "--to", "2024-01-12", "--json");
        CliResult exported = await RunAsync("data", "export", "S0USDT", "funding", file), imported = await RunAsync("data", "import", "S1USDT", "funding", file);
        CliResult list = await RunAsync("data", "list"), info = await RunAsync("data", "info", "S1USDT", "funding", "--json"), verified = await RunAsync("data", "verify");
        CliResult gaps = await RunAsync("data", "gaps", "S0USDT", "funding"), priced = await RunAsync("data", "info", "S0USDT", "funding", "--price", "mark");
        string[] backtest = ["backtest", "--strategy", "sma_crossover", "--symbol", "S0USDT", "--interval", "1m", "--from", "2024-01-01", "--to", "2024-01-12", "--json"];
        CliResult with = await RunAsync([.. backtest, "--set", "funding=true"]), without = await RunAsync(backtest);
        CliResult removed = await RunAsync("data", "rm", "S1USDT", "funding", "--yes"), gone = await RunAsync("data", "info", "S1USDT", "funding");

        JsonElement reply = JsonDocument.Parse(fetched.Output).RootElement;
        Assert.Equal(("funding", 33), (reply.GetProperty("data").GetString(), reply.GetProperty("rows_stored").GetInt32()));
        Assert.Contains("Wrote 33 payments of S0USDT funding linear", exported.Output, StringComparison.Ordinal);
        Assert.Contains("Imported 33 payments of S1USDT funding linear", imported.Output, StringComparison.Ordinal);
        Assert.Equal(33, JsonDocument.Parse(info.Output).RootElement.GetProperty("payments").GetInt32());
        Assert.Contains("S1USDT  funding", list.Output, StringComparison.Ordinal);
        Assert.Contains("S0USDT funding linear: 33 payments in 1 files, in order", verified.Output, StringComparison.Ordinal);
        Assert.Equal((1, 2, 0, 1), (gaps.ExitCode, priced.ExitCode, removed.ExitCode, gone.ExitCode));
        Assert.Contains("runnel data fetch S1USDT funding", gone.Errors, StringComparison.Ordinal);
        JsonElement charged = JsonDocument.Parse(with.Output).RootElement, free = JsonDocument.Parse(without.Output).RootElement;
        Assert.NotEqual(0, charged.GetProperty("statistics").GetProperty("funding_paid").GetDouble());
        Assert.Equal(33, charged.GetProperty("data").GetProperty("funding_payments").GetInt32());
        Assert.Equal(0, free.GetProperty("statistics").GetProperty("funding_paid").GetDouble());
    }

    [Fact]
    public async Task An_instrument_is_shown_stored_and_kept_without_the_exchange()
    {
        CliResult shown = await RunAsync("data", "instruments", "BTCUSDT"), unknown = await RunAsync("data", "instruments", "NOSUCH"), spot = await RunAsync("data", "instruments", "BTCUSDT", "--category", "spot", "--json");
        int asked = exchange.Asked.Count;
        CliResult stored = await RunAsync("data", "instruments", "btcusdt", "--json");
        int before = exchange.Asked.Count;
        await RunAsync("data", "instruments", "BTCUSDT", "--refresh");

        Assert.Contains("launched     2020-03-30 00:00 UTC", shown.Output, StringComparison.Ordinal);
        Assert.Equal((1, asked, 1), (unknown.ExitCode, before, exchange.Asked.Count - before));
        Assert.Contains("lists no NOSUCH as linear", unknown.Errors, StringComparison.Ordinal);
        Assert.Equal(0.000001, JsonDocument.Parse(spot.Output).RootElement.GetProperty("lot").GetDouble());
        Assert.Equal(0.1, JsonDocument.Parse(stored.Output).RootElement.GetProperty("tick").GetDouble());
    }

    [Fact]
    public async Task A_damaged_file_is_named_by_verify_and_mended_by_repair()
    {
        await RunAsync("data", "fetch", "S0USDT", "1m", "--from", "2024-01-01", "--to", "2024-01-03");
        string file = Assert.Single(Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories));
        byte[] bytes = await File.ReadAllBytesAsync(file, Token);
        byte[] bad = [.. bytes];
        bad[bad.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bad, Token);

        CliResult damaged = await RunAsync("data", "verify"), repaired = await RunAsync("data", "repair", "S0USDT", "1m"), after = await RunAsync("data", "verify");

        Assert.Equal((1, 0, 0), (damaged.ExitCode, repaired.ExitCode, after.ExitCode));
        Assert.Contains(file, damaged.Errors, StringComparison.Ordinal);
        Assert.Contains("runnel data repair S0USDT 1m", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("damaged files       1", repaired.Output, StringComparison.Ordinal);
        CliResult list = await RunAsync("data", "list", "--json");
        Assert.True(Assert.Single(JsonDocument.Parse(list.Output).RootElement.EnumerateArray()).GetProperty("bars").GetInt32() >= 2_880);
    }

    [Fact]
    public async Task A_fetch_whose_workers_are_killed_ends_with_the_same_bytes_as_one_that_was_left_alone()
    {
        const int Kills = 2;
        exchange.Add("linear", "1", Bars("S0USDT", 150 * 1_440, 1));
        exchange.Add("linear", "D", Bars("S0USDT", 150, 1_440));
        string queue = redis.NewQueue(), quiet = Path.Combine(folder, "quiet");
        await using RunningTool workers = RunningTool.Start(["worker", "--redis-url", redis.Url, "--stream", queue, "--workers", "2"], Environment);
        for (int ready = 0; ready < 2; ready++)
            await workers.LineAsync("takes tasks from");
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Token);
        string[] fetch = ["data", "fetch", "S0USDT", "1m", "--from", "2024-01-01", "--to", "2024-05-20"];
        string id = (await RunAsync([.. fetch, "--queue", "--redis-url", redis.Url, "--stream", queue])).Output.Trim();

        double reached = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            TaskInfo? task = null;
            await Eventually.TrueAsync(
                async () => (task = await client.FindAsync(id, Token)) is { State: TaskState.Running, Worker: not null } && task.Progress?.Fraction > reached,
                TimeSpan.FromSeconds(60), "it went on", Token);
            reached = task!.Progress!.Fraction;
            using Process worker = Process.GetProcessById(int.Parse(task.Worker!.Split('-')[^2], System.Globalization.CultureInfo.InvariantCulture));
            worker.Kill();
        }

        TaskInfo done = await client.WaitAsync(id, TimeSpan.FromSeconds(120), Token);
        CliResult alone = await Cli.RunAsync(fetch, environment: new Dictionary<string, string>(Environment) { ["RUNNEL_DATA_DIR"] = quiet, ["Runnel__Trading__Bybit__RequestsPerSecond"] = "1000" });
        CliResult verified = await RunAsync("data", "verify");

        Assert.Equal((TaskState.Completed, 0, 0), (done.State, alone.ExitCode, verified.ExitCode));
        Assert.True(done.Attempt > Kills, $"It took {done.Attempt} attempts.");
        Assert.Equal(Files(quiet), Files(Path.Combine(folder, "store")));
    }

    [Theory]
    [InlineData("INTERVAL is '7m'", "data", "info", "S0USDT", "7m")]
    [InlineData("--category is 'futures'", "data", "info", "S0USDT", "1m", "--category", "futures")]
    [InlineData("--from is 'yesterday'", "data", "fetch", "S0USDT", "1m", "--from", "yesterday")]
    [InlineData("not after --from", "data", "fetch", "S0USDT", "1m", "--from", "2024-01-02", "--to", "2024-01-01")]
    public async Task Wrong_usage_names_the_value(string expected, params string[] arguments)
    {
        CliResult result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_processes_together_keep_to_one_rate()
    {
        const int PerSecond = 20, Burst = 10;
        string queue = redis.NewQueue();
        await using RunningTool workers = RunningTool.Start(["worker", "--redis-url", redis.Url, "--stream", queue, "--workers", "3", "--concurrency", "2"], Environment);
        for (int ready = 0; ready < 3; ready++)
            await workers.LineAsync("takes tasks from");
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Token);

        List<string> ids = [];
        for (int i = 0; i < 6; i++)
        {
            CliResult submitted = await RunAsync("data", "fetch", $"S{i}USDT", "1m", "--from", "2024-01-01", "--to", "2024-01-13", "--queue", "--redis-url", redis.Url, "--stream", queue);
            ids.Add(submitted.Output.Trim());
        }

        foreach (string id in ids)
            Assert.Equal(TaskState.Completed, (await client.WaitAsync(id, TimeSpan.FromSeconds(90), Token)).State);
        long[] at = [.. exchange.AskedAt.Order()];
        TimeSpan taken = TimeProvider.System.GetElapsedTime(at[0], at[^1]);
        Assert.InRange(at.Length, 6 * 18, 1_000);
        Assert.True(taken.TotalSeconds >= (at.Length - Burst - 10.0) / PerSecond, $"{at.Length} requests in {taken.TotalSeconds:0.00} s.");
    }

    private static List<(string, string)> Files(string under) => [.. Directory.GetFiles(under, "*.parquet", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), Convert.ToHexString(File.ReadAllBytes(f))))];

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync(arguments, environment: Environment);

    private static Klines Bars(string symbol, int count, int minutes)
    {
        long first = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        double[] prices = [.. Enumerable.Range(0, count).Select(i => Math.Round(100 + (10 * Math.Sin(i / 12.0)), 2))];
        return new Klines(symbol, [.. Enumerable.Range(0, count).Select(i => first + (i * 60_000L * minutes))], prices, prices, prices, prices, prices);
    }
}
