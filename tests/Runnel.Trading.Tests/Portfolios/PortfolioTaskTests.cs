using System.Text;
using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.TestKit;
using Runnel.Trading.Tests.Optimization;

namespace Runnel.Trading.Tests.Portfolios;

public sealed class PortfolioTaskTests(RedisFixture redis)
{
    private const string Rules = """
        {"params":{"n":20},"entry":"interval(\"4h\", close > ema(close, n)) and cross_above(close, sma(close, n))","exit":"cross_below(close, sma(close, n))"}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_portfolio_travels_through_the_queue_and_comes_to_what_the_engine_comes_to()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);

        PortfolioReply reply = JsonSerializer.Deserialize<PortfolioReply>(await RunAsync(host, Payload("""["ETHUSDT", {"symbol": "btcusdt", "share": 0.6}, "SOLUSDT"]""", """{"name":"sma_cross"}""")))!;

        List<PortfolioMember> members = [];
        foreach (string symbol in new[] { "BTCUSDT", "ETHUSDT", "SOLUSDT" })
        {
            KlineRequest request = new() { Symbol = symbol, Interval = KlineInterval.OneHour, From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2024, 7, 1, 0, 0, 0, TimeSpan.Zero) };
            Klines klines = (await new SyntheticMarket(7, new KlineCache()).LoadAsync(request, Token)).Klines;
            members.Add(new PortfolioMember(klines, Strategies.Create("sma_cross")) { Share = symbol == "BTCUSDT" ? 0.6 : null });
        }

        PortfolioResult expected = Portfolio.Run(
            members, new BacktestSettings { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001, Size = OrderSize.Fraction(0.95), Lot = 0.001 }, cancellationToken: Token);
        Assert.True(expected.Statistics.Trades > 30, $"{expected.Statistics.Trades} trades");
        Assert.Equal(expected.Statistics, reply.Statistics);
        Assert.Equal(expected.Members.Select(m => (m.Symbol, m.Share, m.Profit, m.Trades.Count)), reply.Symbols.Select(s => (s.Symbol, s.Share, s.Profit, s.TradeCount)));
        Assert.Equal((expected.Times.Count, 200, expected.Equity[^1]), (reply.Steps, reply.Equity.Count, reply.Equity[^1]));
        Assert.Equal(3, reply.Warnings.Count(w => w.Contains("invented", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Shuffling_the_symbols_changes_no_byte_of_the_result()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);

        string one = await RunAsync(host, Payload("""["BTCUSDT", "ETHUSDT", "SOLUSDT"]""", Rules, """, "trades": true""")), other = await RunAsync(host, Payload("""["SOLUSDT", "BTCUSDT", "ETHUSDT"]""", Rules, """, "trades": true"""));

        Assert.Equal(one, other);
        Assert.All(JsonSerializer.Deserialize<PortfolioReply>(one)!.Symbols, s => Assert.Equal(s.TradeCount, s.Trades!.Count));
        Assert.Contains("\"exit_price\":", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_typed_payload_gives_the_bytes_of_the_raw_one_and_those_of_a_run_without_a_queue()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        PortfolioPayload payload = new()
        {
            Symbols = [new PortfolioSymbolConfig("BTCUSDT", Share: 0.6), new PortfolioSymbolConfig("ETHUSDT", Lot: 0.01), new PortfolioSymbolConfig("SOLUSDT")],
            StrategyConfig = new StrategyConfig("sma_cross", new Dictionary<string, double>()),
            Interval = "1h",
            StartDate = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero),
            EndDate = new DateTimeOffset(2024, 7, 1, 0, 0, 0, TimeSpan.Zero),
            InitialCapital = 10_000,
            Trades = true,
        };
        string raw = Payload("""[{"symbol":"BTCUSDT","share":0.6},{"symbol":"ETHUSDT","lot":0.01},"SOLUSDT"]""", """{"name":"sma_cross"}""", """, "trades": true""");
        using LocalBacktests local = new(new TradingOptions { AllowBybit = false, AllowSynthetic = true }, TimeProvider.System);

        string id = await host.Client.SubmitPortfolioAsync(payload, cancellationToken: Token);
        await host.Client.WaitAsync(id, Patience, Token);
        string typed = (await host.Client.GetResultJsonAsync(id, Token))!;

        Assert.Equal(await RunAsync(host, raw), typed);
        Assert.Equal(JsonSerializer.Serialize((await local.RunPortfolioAsync(JsonElement.Parse(raw), Token)).Reply, new RunnelOptions().Json), typed);
    }

    [Theory]
    [InlineData("[]", "symbols is []. Give 1 to 200 symbols")]
    [InlineData("\"BTCUSDT\"", "symbols is 'BTCUSDT'. Give 1 to 200 symbols")]
    [InlineData("""["BTCUSDT", "btcusdt"]""", "symbols[1].symbol is 'BTCUSDT' for the second time")]
    [InlineData("""["BTC USDT"]""", "symbols[0].symbol is 'BTC USDT'. Give the exchange's name")]
    [InlineData("""[{"symbol": "BTCUSDT", "share": 1.5}]""", "symbols[0].share is 1.5. Give a fraction")]
    [InlineData("""[{"symbol": "BTCUSDT", "lot": 0}]""", "symbols[0].lot is 0. Give a number of units")]
    [InlineData("""[{"symbol": "BTCUSDT", "shares": 0.5}]""", "symbols[0].shares is not known. Did you mean symbols[0].share?")]
    [InlineData("""[{"symbol": "BTCUSDT", "share": 0.7}, {"symbol": "ETHUSDT", "share": 0.7}]""", "share is 1.4. Give shares that come to at most 1")]
    [InlineData("null", "symbols is missing")]
    public async Task What_is_wrong_is_a_dead_letter_after_one_attempt_that_names_it(string symbols, string problem)
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        string id = await host.Client.SubmitRawAsync("portfolio", Encoding.UTF8.GetBytes(Payload(symbols, """{"name":"sma_cross"}""")), cancellationToken: Token);

        TaskInfo task = await host.Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        Assert.Contains(problem, Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_in_the_docs_is_understood()
    {
        string text = File.ReadAllText(Path.Combine(TestFolders.Repository, "docs", "backtesting", "portfolios.md"));
        string example = text.Split("```json\n")[1];

        PortfolioPlan plan = PortfolioPlan.Of(JsonElement.Parse(example[..example.IndexOf("```", StringComparison.Ordinal)]));

        Assert.Equal(3, plan.Symbols.Count);
    }

    private static async Task<string> RunAsync(OptimizationHost host, string payload)
    {
        string id = await host.Client.SubmitRawAsync("portfolio", Encoding.UTF8.GetBytes(payload), cancellationToken: Token);
        TaskInfo task = await host.Client.WaitAsync(id, Patience, Token);
        Assert.True(task.State == TaskState.Completed, string.Join("; ", task.Errors.Select(e => e.Message)));
        return (await host.Client.GetResultJsonAsync(id, Token))!;
    }

    private static string Payload(string symbols, string strategy, string more = "") => $$"""
        {"symbols":{{symbols}},"strategy_config":{{strategy}},"interval":"1h","start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000{{more}}}
        """;
}
