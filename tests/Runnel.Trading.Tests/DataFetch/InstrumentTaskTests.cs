using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.MarketData.Tests.Bybit;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.DataFetch;

public sealed class InstrumentTaskTests(RedisFixture redis) : FetchTests(redis)
{

    private protected override void Fill(StandInExchange exchange)
    {
        exchange.Add("linear", "60", Bars("BTCUSDT", 31 * 24, 1));
        exchange.Add("linear", "D", Bars("BTCUSDT", 31, 24));
        exchange.Add("linear", "60", Bars("ETHUSDT", 31 * 24, 1));
    }

    [Fact]
    public async Task An_instrument_is_fetched_once_and_again_only_when_told()
    {
        const string Json = """{"data":"instrument","symbol":"btcusdt"}""";
        DataFetchReply? first = await ResultAsync<DataFetchReply>(DataFetchPayload.TaskType, Json), second = await ResultAsync<DataFetchReply>(DataFetchPayload.TaskType, Json);
        DataFetchReply? refreshed = await ResultAsync<DataFetchReply>(DataFetchPayload.TaskType, Json.Replace("}", ",\"force_refresh\":true}", StringComparison.Ordinal));
        string unknown = await SubmitAsync(DataFetchPayload.TaskType, """{"data":"instrument","symbol":"NOSUCH"}""");
        TaskInfo failed = await Client.WaitAsync(unknown, Patience, Token);

        InstrumentReply expected = new(0.1, 0.001, 0.001, 5, DateTimeOffset.FromUnixTimeMilliseconds(1_585_526_400_000));
        Assert.Equal((expected, 1L), (first!.Instrument, first.RowsFetched));
        Assert.Equal((expected, 0L, 1L), (second!.Instrument, second.RowsFetched, refreshed!.RowsFetched));
        Assert.Contains("lists no NOSUCH as linear", Assert.Single(failed.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backtest_and_an_optimization_round_by_the_instrument_as_if_its_steps_had_been_given()
    {
        BacktestReply? asked = await ResultAsync<BacktestReply>("backtest", Backtest("b-1", "\"instrument\":true"));
        BacktestReply? given = await ResultAsync<BacktestReply>("backtest", Backtest("b-2", "\"tick\":0.1,\"lot\":0.001,\"min_size\":0.001,\"min_notional\":5"));
        BacktestReply? plain = await ResultAsync<BacktestReply>("backtest", Backtest("b-3", "\"tick\":0"));
        OptimizationReply? search = await ResultAsync<OptimizationReply>("optimization", """
            {"optimization_id":"o-1","optimization_type":"grid","strategy_config":{"name":"ema_cross","params":{"slow":20} },"param_space":{"fast":[5]},"metric":"final_equity",
             "symbol":"BTCUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01","instrument":true,"initial_capital":10000}
            """);

        Assert.Equal(given!.Statistics, asked!.Statistics);
        Assert.NotEqual(plain!.Statistics, asked.Statistics);
        Assert.Equal(asked.Statistics!.FinalEquity, search!.Best!.Value);
        Assert.Equal(0.1, asked.Data!.Instrument!.Tick);
        Assert.Null(given.Data!.Instrument);
    }

    [Fact]
    public async Task Each_symbol_of_a_portfolio_has_the_steps_of_its_own_instrument()
    {
        PortfolioReply? reply = await ResultAsync<PortfolioReply>("portfolio", Portfolio("[\"BTCUSDT\",\"ETHUSDT\"]"));

        PortfolioMember Member(string symbol, double tick, double lot) => new(Bars(symbol, 31 * 24, 1), Strategies.Create("ema_cross", new Dictionary<string, double> { ["fast"] = 5, ["slow"] = 20 }))
        {
            Tick = tick,
            Lot = lot,
            MinSize = 0.001,
            MinNotional = 5,
        };
        PortfolioResult expected = Backtesting.Portfolio.Run(
            [Member("BTCUSDT", 0.1, 0.001), Member("ETHUSDT", 0.01, 0.01)],
            new BacktestSettings { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001 }, cancellationToken: Token);
        Assert.True(expected.Statistics.Trades > 10, $"{expected.Statistics.Trades} trades");
        Assert.Equal(expected.Statistics, reply!.Statistics);
        Assert.Equal([0.1, 0.01], reply.Symbols.Select(s => s.Data.Instrument!.Tick));
    }

    [Fact]
    public async Task A_lot_of_its_own_does_not_go_with_an_instrument()
    {
        TaskInfo task = await Client.WaitAsync(await SubmitAsync("portfolio", Portfolio("[\"BTCUSDT\",{\"symbol\":\"ETHUSDT\",\"lot\":1}]")), Patience, Token);

        Assert.Contains("ETHUSDT has a lot of its own", Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_under_the_exchanges_least_size_are_dropped_and_counted()
    {
        BacktestReply? all = await ResultAsync<BacktestReply>("backtest", Backtest("b-1", "\"tick\":0.1,\"lot\":0.001,\"min_notional\":5"));
        Exchange.LeastQuantity = "100000";
        BacktestReply? none = await ResultAsync<BacktestReply>("backtest", Backtest("b-2", "\"instrument\":true"));

        Assert.True(all!.TradeCount > 0);
        Assert.Equal(0, none!.TradeCount);
        Assert.True(none.Statistics!.OrdersDropped > 0);
        Assert.Equal(100_000, none.Data!.Instrument!.MinSize);
    }

    [Theory]
    [InlineData("\"instrument\":true,\"lot\":0.01", "tick, lot, min_size or min_notional is given too")]
    [InlineData("\"instrument\":true,\"min_size\":1", "tick, lot, min_size or min_notional is given too")]
    [InlineData("\"instrument\":true,\"category\":\"inverse\"", "the steps of inverse contracts are in USD")]
    [InlineData("\"instrument\":1", "instrument is 1. Give true or false")]
    public async Task What_does_not_go_with_an_instrument_is_refused(string fields, string problem)
    {
        TaskInfo task = await Client.WaitAsync(await SubmitAsync("backtest", Backtest("b-1", fields)), Patience, Token);

        Assert.Contains(problem, Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_exchange_a_backtest_whose_instrument_is_not_here_says_what_to_type()
    {
        await Service<KlineStore>().WriteAsync(
            new KlineSeries(KlineCategory.Linear, "BTCUSDT", KlineInterval.OneHour), new TimeRange(Start, Start + (31 * 24 * Hour)), Bars("BTCUSDT", 31 * 24, 1), "import", Token);
        await Exchange.DisposeAsync();

        TaskInfo task = await Client.WaitAsync(await SubmitAsync("backtest", Backtest("b-1", "\"instrument\":true")), Patience, Token);

        Assert.Contains("runnel data instruments BTCUSDT --category linear", Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    private static string Portfolio(string symbols) => $$"""
        {"symbols":{{symbols}},"strategy_config":{"name":"ema_cross","params":{"fast":5,"slow":20} },"interval":"1h",
         "start_date":"2024-01-01","end_date":"2024-02-01","initial_capital":10000,"instrument":true}
        """;

    private static string Backtest(string id, string fields) => $$"""
        {"backtest_id":"{{id}}","strategy_config":{"name":"ema_cross","params":{"fast":5,"slow":20} },"symbol":"BTCUSDT","interval":"1h",
         "start_date":"2024-01-01","end_date":"2024-02-01","initial_capital":10000,{{fields}}}
        """;
}
