using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.MarketData.Tests.Bybit;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.DataFetch;

public sealed class FundingTaskTests(RedisFixture redis) : FetchTests(redis)
{
    private const int Days = 60;

    private static FundingRates Rates { get; } =
        new([.. Enumerable.Range(0, Days * 3).Select(i => Start + (i * 8 * Hour))], [.. Enumerable.Range(0, Days * 3).Select(i => ((i % 7) - 2) / 10_000.0)]);

    private protected override void Fill(StandInExchange exchange)
    {
        foreach (string symbol in new[] { "AAAUSDT", "BBBUSDT" })
        {
            exchange.Add("linear", "60", Bars(symbol, Days * 24, 1));
            exchange.Add("linear", "D", Bars(symbol, Days, 24));
        }

        exchange.Funding = ("AAAUSDT", Rates);
    }

    [Fact]
    public async Task A_fetch_of_funding_travels_through_the_queue_and_says_what_it_did()
    {
        const string Json = """{"data":"funding","symbol":"aaausdt","start_date":"2024-01-01","end_date":"2024-02-01"}""";
        DataFetchReply? first = await ResultAsync<DataFetchReply>(DataFetchPayload.TaskType, Json), again = await ResultAsync<DataFetchReply>(DataFetchPayload.TaskType, Json);

        Assert.Equal(("funding", null, 93L, 93L, 93L), (first!.Data, first.Interval, first.RowsFetched, first.RowsStored, first.Bars));
        Assert.Equal((0L, 93L, first.Checksum), (again!.RowsFetched, again.Bars, again.Checksum));
    }

    [Fact]
    public async Task Bars_of_mark_and_traded_prices_are_kept_apart()
    {
        Exchange.Add("mark-price", "60", Bars("AAAUSDT", Days * 24, 1, basis: 500));
        Exchange.Add("mark-price", "D", Bars("AAAUSDT", Days, 24, basis: 500));

        DataFetchReply? mark = await ResultAsync<DataFetchReply>(DataFetchPayload.TaskType, """{"data":"mark_price","symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01"}""");
        BacktestReply? backtest = await ResultAsync<BacktestReply>("backtest", Backtest("b-1", "AAAUSDT", funding: false));

        Assert.Equal(("mark_price", 744L), (mark!.Data, mark.Bars));
        Assert.Equal("completed", backtest!.Status);
        KlineStore store = Service<KlineStore>();
        KlineSeries traded = new(KlineCategory.Linear, "AAAUSDT", KlineInterval.OneHour);
        Assert.InRange((await store.ReadAsync(traded, new TimeRange(0, long.MaxValue), Token))!.Close[0], 90, 120);
        Assert.InRange((await store.ReadAsync(traded with { Price = BybitPrice.Mark }, new TimeRange(0, long.MaxValue), Token))!.Close[0], 490, 520);
    }

    [Theory]
    [InlineData("""{"data":"funding","symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01"}""", "interval is '1h', and funding has none")]
    [InlineData("""{"data":"funding","symbol":"AAAUSDT","category":"spot","start_date":"2024-01-01"}""", "category is spot, which pays no funding")]
    [InlineData("""{"data":"mark_price","symbol":"AAAUSDT","interval":"1h","category":"spot","start_date":"2024-01-01"}""", "category is spot, which has traded prices only")]
    [InlineData("""{"data":"trades","symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01"}""", "data is 'trades'. Give one of klines, mark_price, index_price, funding")]
    public async Task A_wrong_payload_is_a_dead_letter_that_says_what_to_give(string json, string problem)
    {
        string id = await SubmitAsync(DataFetchPayload.TaskType, json);

        TaskInfo task = await Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        Assert.Contains(problem, Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backtest_with_funding_has_it_fetched_and_pays_what_the_engine_pays_by_the_same_rates()
    {
        string id = await SubmitAsync("backtest", Backtest("b-1", "AAAUSDT", funding: true));
        BacktestReply? with = await Client.WaitForResultAsync<BacktestReply>(id, Patience, Token);
        BacktestReply? without = await ResultAsync<BacktestReply>("backtest", Backtest("b-2", "AAAUSDT", funding: false));

        BacktestPlan plan = BacktestPlan.Of(JsonElement.Parse(Backtest("b-3", "AAAUSDT", funding: true)));
        BacktestResult expected = Runnel.Backtesting.Backtest.Run(
            Bars("AAAUSDT", 31 * 24, 1), plan.Strategy, plan.Settings with { Funding = Rates }, cancellationToken: Token);
        Assert.NotEqual(0, expected.Statistics.FundingPaid);
        Assert.Equal((expected.Statistics.FinalEquity, "store (bybit)", 93), (with!.Statistics!.FinalEquity, with.Data!.FundingSource, with.Data.FundingPayments));
        Assert.NotEqual(with.Statistics.FinalEquity, without!.Statistics!.FinalEquity);
        Assert.Null(without.Data!.FundingSource);
        Assert.Equal((TaskState.Completed, TaskState.Completed), ((await Client.FindAsync($"{id}.klines.1h.1", Token))!.State, (await Client.FindAsync($"{id}.funding.1", Token))!.State));
        Assert.Equal(1, (await Client.FindAsync(id, Token))!.Attempt);
    }

    [Fact]
    public async Task An_optimization_with_funding_has_trials_that_pay_it()
    {
        const string Json = """
            {"optimization_id":"ID","optimization_type":"grid","strategy_config":{"name":"sma_cross"},"param_space":{"fast":[3,5],"slow":[20,30]},
             "symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01","metric":"final_equity","funding":true}
            """;
        OptimizationReply? with = await ResultAsync<OptimizationReply>("optimization", Json.Replace("ID", "o-1", StringComparison.Ordinal));
        OptimizationReply? without = await ResultAsync<OptimizationReply>("optimization", Json.Replace("ID", "o-2", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal));

        OptimizationPlan plan = OptimizationPlan.Of(JsonElement.Parse(Json));
        double best = Enumerable.Range(0, 4).Max(i => Runnel.Backtesting.Backtest.Run(
            Bars("AAAUSDT", 31 * 24, 1), plan.Strategy.Create(plan.ParametersOf(i)), plan.Settings with { Funding = Rates }, cancellationToken: Token).Statistics.FinalEquity);
        Assert.Equal(best, with!.Best!.Value);
        Assert.NotEqual(with.Best.Value, without!.Best!.Value);
        Assert.Equal(93, with.Data!.FundingPayments);
    }

    [Fact]
    public async Task A_portfolio_has_the_klines_and_funding_of_all_its_symbols_fetched_at_once()
    {
        Exchange.Funding = ("AAAUSDT", Rates);
        const string Json = """
            {"strategy_config":{"name":"ema_cross"},"symbols":["AAAUSDT"],"interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01","initial_capital":10000,"funding":true}
            """;
        string id = await SubmitAsync("portfolio", Json);
        PortfolioReply? reply = await Client.WaitForResultAsync<PortfolioReply>(id, Patience, Token);
        PortfolioReply? both = await ResultAsync<PortfolioReply>("portfolio", Json.Replace("[\"AAAUSDT\"]", "[\"AAAUSDT\",\"BBBUSDT\"]", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal));

        Assert.Equal((93, "store (bybit)"), (reply!.Symbols[0].Data.FundingPayments, reply.Symbols[0].Data.FundingSource));
        Assert.Equal(TaskState.Completed, (await Client.FindAsync($"{id}.funding.AAAUSDT.1", Token))!.State);
        Assert.Equal(["store (bybit)", "store (bybit)"], both!.Symbols.Select(s => s.Data.Source));
    }

    [Fact]
    public async Task Without_the_exchange_a_backtest_whose_funding_is_not_here_fails_at_once_and_says_what_to_type()
    {
        TimeRange month = new(Start, Start + (31 * 24 * Hour));
        await Service<KlineStore>().WriteAsync(
            new KlineSeries(KlineCategory.Linear, "AAAUSDT", KlineInterval.OneHour), month, Bars("AAAUSDT", 31 * 24, 1), "import", Token);
        await Exchange.DisposeAsync();

        string id = await SubmitAsync("backtest", Backtest("b-2", "AAAUSDT", funding: true));
        TaskInfo task = await Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        string message = Assert.Single(task.Errors).Message;
        Assert.Contains("funding is true", message, StringComparison.Ordinal);
        Assert.Contains("runnel data fetch AAAUSDT funding --category linear --from 2024-01-01T00:00Z --to 2024-02-01T00:00Z", message, StringComparison.Ordinal);
        Assert.Contains("runnel data import AAAUSDT funding FILE", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_backtests_that_lack_the_same_klines_share_one_fetch()
    {
        TaskCompletionSource go = new();
        Exchange.Faults.Enqueue(StandInExchange.PassAsync); // somebody looks whether the exchange is there
        Exchange.Faults.Enqueue(async c =>
        {
            await go.Task;
            await StandInExchange.StatusAsync(c, 503);
        });

        string first = await WaitingAsync("b-1"), second = await WaitingAsync("b-2");
        go.SetResult();

        Assert.Equal(("completed", "completed"), ((await Client.WaitForResultAsync<BacktestReply>(first, Patience, Token))!.Status, (await Client.WaitForResultAsync<BacktestReply>(second, Patience, Token))!.Status));
        TaskInfo?[] fetches = [await Client.FindAsync($"{first}.klines.1h.1", Token), await Client.FindAsync($"{second}.klines.1h.1", Token)];
        Assert.Equal(TaskState.Completed, Assert.Single(fetches, f => f is not null)!.State);
        Assert.Equal(Exchange.Asked.Count(a => a.Contains("interval=60", StringComparison.Ordinal)), Exchange.Asked.Where(a => a.Contains("interval=60", StringComparison.Ordinal)).Distinct().Count());
    }

    private async Task<string> WaitingAsync(string id)
    {
        string task = await SubmitAsync("backtest", Backtest(id, "AAAUSDT", funding: false));
        await Eventually.TrueAsync(async () => await Client.FindAsync(task, Token) is { State: TaskState.Scheduled }, Patience, $"{id} stood aside", Token);
        return task;
    }

    private static string Backtest(string id, string symbol, bool funding) => $$"""
        {"backtest_id":"{{id}}","strategy_config":{"name":"ema_cross","params":{"fast":5,"slow":20} },"symbol":"{{symbol}}","interval":"1h",
         "start_date":"2024-01-01","end_date":"2024-02-01","initial_capital":10000,"direction":"long_short","funding":{{(funding ? "true" : "false")}}}
        """;
}
