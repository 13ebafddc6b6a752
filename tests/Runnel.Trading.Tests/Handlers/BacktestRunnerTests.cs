using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading.Tests.Handlers;

public sealed class BacktestRunnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly BacktestRecords records;

    public BacktestRunnerTests() => records = new BacktestRecords(folder.File("records.db"), TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("V01")]
    [InlineData("V02")]
    [InlineData("V03")]
    [InlineData("V04")]
    [InlineData("V05")]
    [InlineData("V06")]
    [InlineData("V07")]
    [InlineData("V08")]
    [InlineData("V09")]
    [InlineData("V10")]
    [InlineData("V11")]
    [InlineData("V12")]
    [InlineData("V13")]
    [InlineData("V14")]
    [InlineData("V15")]
    [InlineData("V16")]
    [InlineData("V17")]
    public async Task Gives_what_independent_engines_gave(string name)
    {
        using JsonDocument oracle = JsonDocument.Parse(await File.ReadAllBytesAsync(
            Assert.Single(Directory.GetFiles(SharedFolder.OrSkip("oracles", "backtest"), name + "-*.json")), Token));
        BacktestRunner runner = Runner(new CsvFileSource(SharedFolder.OrSkip("data", "klines", oracle.RootElement.GetProperty("dataset").GetString()!), new KlineCache()));

        BacktestReply reply = await runner.RunAsync(OraclePayload.Of(oracle.RootElement), Attempt("task-1"), Token);

        JsonElement expected = oracle.RootElement.GetProperty("stats");
        Assert.Equal("completed", reply.Status);
        Assert.Equal(oracle.RootElement.GetProperty("bars").GetInt32(), reply.Data!.Bars);
        Assert.Equal(expected.GetProperty("trades").GetInt32(), reply.TradeCount);
        Assert.Equal(expected.GetProperty("open_trades").GetInt32(), reply.OpenTradeCount);
        Near(expected.GetProperty("final_equity").GetDouble(), reply.Statistics!.FinalEquity);
        Near(expected.GetProperty("max_drawdown_pct").GetDouble(), reply.Statistics.MaxDrawdownPercent);
        Near(expected.GetProperty("sharpe").GetDouble(), reply.Statistics.Sharpe!.Value);
        List<TradeRecord> stored = await ReadTradesAsync(reply.BacktestId);
        JsonElement[] trades = [.. oracle.RootElement.GetProperty("trades").EnumerateArray()];
        Assert.Equal(trades.Length, stored.Count);
        for (int i = 0; i < trades.Length; i++)
        {
            Assert.Equal((trades[i][0].GetInt32(), trades[i][1].GetInt32(), trades[i][4].GetString()), (stored[i].EntryBar, stored[i].ExitBar, stored[i].Side.ToString().ToLowerInvariant()));
            Near(trades[i][10].GetDouble(), stored[i].Pnl);
        }
    }

    [Fact]
    public async Task Replies_with_statistics_data_and_a_short_equity_curve_in_snake_case()
    {
        BacktestReply reply = await Runner(Synthetic()).RunAsync(Payload("b"), Attempt("task-1"), Token);

        JsonElement json = JsonSerializer.SerializeToElement(reply, JsonSerializerOptions.Web);
        Assert.Equal("completed", json.GetProperty("status").GetString());
        Assert.True(json.GetProperty("data").GetProperty("synthetic").GetBoolean());
        Assert.Equal("synthetic market (seed 7)", json.GetProperty("data").GetProperty("source").GetString());
        Assert.Equal(8_784, json.GetProperty("data").GetProperty("bars").GetInt32());
        Assert.Equal(0, json.GetProperty("data").GetProperty("missing_bars").GetInt64());
        Assert.True(json.GetProperty("statistics").GetProperty("max_drawdown_percent").GetDouble() > 0);
        Assert.Equal(200, json.GetProperty("equity").GetArrayLength());
        Assert.Equal(json.GetProperty("statistics").GetProperty("final_equity").GetDouble(), json.GetProperty("equity")[199].GetDouble());
        Assert.Contains("invented", Assert.Single(reply.Warnings!), StringComparison.Ordinal);
        Assert.Equal(json.GetRawText(), JsonSerializer.Serialize(JsonSerializer.Deserialize<BacktestReply>(json, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
        BacktestRecord? record = await records.FindAsync("b", Token);
        Assert.Equal(BacktestState.Completed, record!.State);
        Assert.Equal(reply.Statistics!.Trades, JsonDocument.Parse(record.StatisticsJson!).RootElement.GetProperty("trades").GetInt32());
    }

    [Fact]
    public async Task A_second_task_gets_the_first_ones_result_and_runs_nothing()
    {
        CountingSource source = new(Synthetic());
        BacktestRunner runner = Runner(source);
        BacktestReply first = await runner.RunAsync(Payload("b"), Attempt("task-1"), Token);

        BacktestReply second = await runner.RunAsync(Payload("b"), Attempt("task-2"), Token);
        BacktestReply other = await runner.RunAsync(Payload("b", interval: "4h"), Attempt("task-3"), Token);

        Assert.Equal(JsonSerializer.Serialize(first), JsonSerializer.Serialize(second));
        Assert.Equal(first.Statistics, other.Statistics);
        Assert.Contains("another interval", other.Warnings![^1], StringComparison.Ordinal);
        Assert.Equal(1, source.Loads);
    }

    [Fact]
    public async Task A_second_task_is_told_that_the_first_one_runs()
    {
        await records.TryClaimAsync("b", "{}", "task-1", 1, TimeSpan.FromSeconds(300), Token);

        BacktestReply reply = await Runner(Synthetic()).RunAsync(Payload("b"), Attempt("task-2"), Token);

        Assert.Equal("{\"backtest_id\":\"b\",\"status\":\"running\"}", JsonSerializer.Serialize(reply));
    }

    [Fact]
    public async Task A_redelivered_task_takes_its_dead_attempts_claim_over_and_completes()
    {
        await records.TryClaimAsync("b", "{}", "task-1", 1, TimeSpan.FromSeconds(300), Token);

        BacktestReply reply = await Runner(Synthetic()).RunAsync(Payload("b"), Attempt("task-1", number: 2), Token);

        Assert.Equal("completed", reply.Status);
    }

    [Fact]
    public async Task Of_many_tasks_for_one_backtest_one_runs_it()
    {
        BacktestRunner runner = Runner(Synthetic());

        BacktestReply[] replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => runner.RunAsync(Payload("b"), Attempt($"task-{i}"), Token))));

        Assert.All(replies, r => Assert.True(r.Status is "completed" or "running"));
        Assert.Contains(replies, r => r.Status == "completed");
        Assert.Equal(replies.First(r => r.Status == "completed").TradeCount, (await ReadTradesAsync("b")).Count);
    }

    [Theory]
    [InlineData("NOSUCH", "1h", "2024-01-01", "symbol", "symbol is 'NOSUCH'")]
    [InlineData("BTCUSDT", "4h", "2024-01-01", "interval", "BTCUSDT 1h linear")]
    [InlineData("BTCUSDT", "1h", "2010-01-01", "start_date", "44766 bars from 2020-03-25 10:00 to 2025-05-03 15:00 UTC")]
    public async Task Without_klines_it_says_what_there_is_and_stores_nothing(string symbol, string interval, string from, string field, string part)
    {
        BacktestRunner runner = Runner(new KlineSourceChain([new CsvFolderSource(SharedFolder.OrSkip("data", "klines"), new KlineCache())]));
        string to = from.Replace("-01-01", "-02-01", StringComparison.Ordinal);

        PayloadException error = await Assert.ThrowsAsync<PayloadException>(() => runner.RunAsync(Payload("b", symbol, interval, from, to), Attempt("task-1"), Token));

        Assert.Equal(field, Assert.Single(error.Fields));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains($"put the klines into", error.Message, StringComparison.Ordinal);
        Assert.Null(await records.FindAsync("b", Token));
    }

    [Fact]
    public async Task Warns_where_the_klines_cover_less_than_the_range_or_are_too_few()
    {
        BacktestRunner runner = Runner(new CsvFolderSource(SharedFolder.OrSkip("data", "klines"), new KlineCache()));

        BacktestReply partly = await runner.RunAsync(Payload("b-1", from: "2020-01-01", to: "2026-01-01"), Attempt("task-1"), Token);
        BacktestReply whole = await runner.RunAsync(Payload("b-2", from: "2024-01-01", to: "2024-03-01"), Attempt("task-2"), Token);
        BacktestReply few = await runner.RunAsync(Payload("b-3", from: "2024-01-01", to: "2024-01-01T05:00"), Attempt("task-3"), Token);

        Assert.Equal(
            ["The range begins at 2020-01-01 00:00 UTC, the klines at 2020-03-25 10:00 UTC.", "The range ends at 2026-01-01 00:00 UTC, the klines at 2025-05-03 15:00 UTC."],
            partly.Warnings);
        Assert.Empty(whole.Warnings!);
        Assert.Contains("5 bars, too few", Assert.Single(few.Warnings!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Works_bars_off_by_those_of_a_shorter_interval()
    {
        BacktestRunner runner = Runner(new CsvFolderSource(SharedFolder.OrSkip("data", "klines"), new KlineCache()));
        BacktestReply[] replies = await Task.WhenAll(new[] { "worst_case", "bar_path", "1m" }.Select(model => runner.RunAsync(JsonDocument.Parse($$"""
            {"backtest_id":"{{model}}","strategy_config":{"name":"sma_crossover","params":{"fast":3,"slow":6} },"symbol":"WIFUSDT","interval":"1h","start_date":"2025-04-23T06:00","end_date":"2025-05-24T02:00",
             "initial_capital":10000,"stop_loss":{"kind":"percent","value":0.01},"take_profit":{"kind":"percent","value":0.01},
             "{{(model == "1m" ? "finer_interval" : "fill_model")}}":"{{model}}"}
            """).RootElement, Attempt(model), Token)));

        Assert.All(replies, reply => Assert.Equal("completed", reply.Status));
        Assert.All(replies, reply => Assert.Equal(73, reply.TradeCount));
        Assert.True(replies[0].Statistics!.WinRatePercent < replies[1].Statistics!.WinRatePercent);
        Assert.True(replies[0].Statistics!.WinRatePercent < replies[2].Statistics!.WinRatePercent);
        Assert.NotEqual(replies[1].Statistics!.FinalEquity, replies[2].Statistics!.FinalEquity);
        Assert.Empty(replies[2].Warnings!);
    }

    [Fact]
    public async Task A_damaged_klines_file_is_not_tried_again()
    {
        string path = folder.File("bybit-linear-BTCUSDT-60.csv");
        await File.WriteAllTextAsync(path, "timestamp_ms,open,high,low,close,volume\n1704067200000,1,2,x,1,1\n", Token);

        NonRetryableException error = await Assert.ThrowsAsync<NonRetryableException>(
            () => Runner(new CsvFileSource(path, new KlineCache())).RunAsync(Payload("b"), Attempt("task-1"), Token));

        Assert.Contains("line 2, column low", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_run_hands_its_claim_back()
    {
        using CancellationTokenSource stop = new();
        BacktestAttempt attempt = new("task-1", 1, async (_, what, _) =>
        {
            if (what!.Contains("over", StringComparison.Ordinal))
                await stop.CancelAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runner(Synthetic()).RunAsync(Payload("b"), attempt, stop.Token));

        Assert.Equal(BacktestState.Queued, (await records.FindAsync("b", Token))!.State);
        Assert.Equal("completed", (await Runner(Synthetic()).RunAsync(Payload("b"), Attempt("task-1"), Token)).Status);
    }

    [Fact]
    public async Task A_run_whose_claim_was_taken_over_stores_nothing()
    {
        BacktestAttempt attempt = new("task-1", 1, async (_, what, _) =>
        {
            if (what!.Contains("over", StringComparison.Ordinal))
                await records.TryClaimAsync("b", "{}", "task-1", 2, TimeSpan.FromSeconds(300), Token);
        });

        RunnelException error = await Assert.ThrowsAsync<RunnelException>(() => Runner(Synthetic()).RunAsync(Payload("b"), attempt, Token));

        Assert.Contains("taken over", error.Message, StringComparison.Ordinal);
        Assert.Equal(BacktestState.Running, (await records.FindAsync("b", Token))!.State);
        Assert.Empty(await ReadTradesAsync("b"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(44_766)]
    public void Samples_keep_the_first_and_the_last_value(int count)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => (double)i)];

        double[] samples = BacktestReplies.Samples(values);

        Assert.Equal(Math.Min(count, 200), samples.Length);
        Assert.Equal((0, count - 1), (samples[0], samples[^1]));
        Assert.Equal(samples.Order().Distinct(), samples);
    }

    private static SyntheticMarket Synthetic() => new(7, new KlineCache());

    private BacktestRunner Runner(IKlineSource source)
    {
        TradingOptions options = new() { DataFolder = folder.Path };
        return new BacktestRunner(records, new KlineLoader(new MarketSources(source, new FundingSourceChain([]), new InstrumentSource(new InstrumentStore(folder.Path), null)), options), Options.Create(options), TimeProvider.System, NullLogger<BacktestRunner>.Instance);
    }

    private static BacktestAttempt Attempt(string taskId, int number = 1) => new(taskId, number, (_, _, _) => Task.CompletedTask);

    private static JsonElement Payload(string id, string symbol = "BTCUSDT", string interval = "1h", string from = "2024-01-01", string to = "2025-01-01") =>
        JsonDocument.Parse($$"""
            {"backtest_id":"{{id}}","strategy_config":{"name":"ema_cross","params": {"fast":12,"slow":26} },"symbol":"{{symbol}}","interval":"{{interval}}",
             "start_date":"{{from}}","end_date":"{{to}}","initial_capital":10000}
            """).RootElement;

    private async Task<List<TradeRecord>> ReadTradesAsync(string id)
    {
        List<TradeRecord> trades = [];
        await foreach (TradeRecord trade in records.TradesAsync(id, Token))
            trades.Add(trade);
        return trades;
    }

    private static void Near(double expected, double actual) => Assert.True(
        Math.Abs(expected - actual) <= 1e-6 * Math.Max(1e-9, Math.Abs(expected)), $"Expected {expected:R}, got {actual:R}.");

    private sealed class CountingSource(IKlineSource inner) : IKlineSource
    {
        public int Loads { get; private set; }

        public string Name => inner.Name;

        public Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
        {
            Loads++;
            return inner.LoadAsync(request, cancellationToken);
        }
    }
}
