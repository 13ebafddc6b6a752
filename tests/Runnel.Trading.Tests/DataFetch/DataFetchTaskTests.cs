using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.MarketData.Tests.Bybit;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.DataFetch;

public sealed class DataFetchTaskTests(RedisFixture redis) : FetchTests(redis)
{

    private protected override void Fill(StandInExchange exchange)
    {
        exchange.Add("linear", "60", Bars("AAAUSDT", 60 * 24, 1));
        exchange.Add("linear", "D", Bars("AAAUSDT", 60, 24));
    }

    [Fact]
    public async Task A_fetch_travels_through_the_queue_and_says_what_it_did()
    {
        string id = await SubmitAsync("""{"symbol":"aaausdt","interval":"60","category":"linear","start_date":"2024-01-01","end_date":"2024-02-01","force_refresh":false}""");
        DataFetchReply? first = await Client.WaitForResultAsync<DataFetchReply>(id, Patience, Token);
        string open = await SubmitAsync("""{"symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01"}""");
        DataFetchReply? rest = await Client.WaitForResultAsync<DataFetchReply>(open, Patience, Token);

        Assert.Equal((744L, 744L, 744L, 0, 1), (first!.RowsFetched, first.RowsStored, first.Bars, first.GapsFound, first.GapsFilled));
        Assert.Equal((696L, 1_440L), (rest!.RowsStored, rest.Bars));
        Assert.Contains("\"rows_fetched\":744", await Client.GetResultJsonAsync(id, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_submissions_of_a_range_share_one_task()
    {
        TaskCompletionSource go = new();
        Exchange.Faults.Enqueue(async c =>
        {
            await go.Task;
            await StandInExchange.StatusAsync(c, 503);
        });
        DataFetchPayload payload = DataFetchPayload.Parse(JsonDocument.Parse("""{"symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01"}""").RootElement);

        string first = await Client.SubmitAsync(DataFetchPayload.TaskType, payload, payload.SubmitOptions(), Token);
        string second = await Client.SubmitAsync(DataFetchPayload.TaskType, payload, payload.SubmitOptions(), Token);
        go.SetResult();

        Assert.Equal(first, second);
        Assert.Equal(744, (await Client.WaitForResultAsync<DataFetchReply>(first, Patience, Token))!.RowsStored);
    }

    [Fact]
    public async Task Two_tasks_of_one_range_submitted_plainly_fetch_it_once()
    {
        const string Json = """{"symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01"}""";
        TaskCompletionSource reached = new(), go = new();
        Exchange.Faults.Enqueue(async c =>
        {
            reached.SetResult();
            await go.Task;
            await StandInExchange.StatusAsync(c, 503);
        });

        string first = await SubmitAsync(Json);
        await reached.Task;
        string second = await SubmitAsync(Json);
        await Eventually.TrueAsync(async () => await Client.FindAsync(second, Token) is { State: TaskState.Scheduled or TaskState.Retrying }, Patience, "the second stood aside", Token);
        go.SetResult();

        Assert.Equal(744, (await Client.WaitForResultAsync<DataFetchReply>(first, Patience, Token))!.RowsFetched);
        Assert.Equal((0L, 744L), (await Client.WaitForResultAsync<DataFetchReply>(second, Patience, Token)) is { } r ? (r.RowsFetched, r.Bars) : default);
    }

    [Theory]
    [InlineData("{}", "symbol is missing", "interval is missing", "start_date is missing")]
    [InlineData("""{"symbol":"AAAUSDT","interval":"7m","start_date":"2024-01-01","end_date":"2023-01-01","force_refresh":1}""", "interval is '7m'", "not after start_date", "force_refresh is 1")]
    [InlineData("""{"symbol":"NOSUCH","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01"}""", "symbol is 'NOSUCH'", "symbol invalid", "Check symbol")]
    public async Task What_cannot_succeed_is_a_dead_letter_after_one_attempt(string json, params string[] parts)
    {
        string id = await SubmitAsync(json);

        TaskInfo task = await Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        Assert.All(parts, part => Assert.Contains(part, Assert.Single(task.Errors).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backtest_without_klines_has_them_fetched_and_goes_on_without_spending_an_attempt()
    {
        string id = await Client.SubmitAsync("backtest", Backtest("b-1", "AAAUSDT"), cancellationToken: Token);

        BacktestReply? reply = await Client.WaitForResultAsync<BacktestReply>(id, Patience, Token);
        TaskInfo? fetch = await Client.FindAsync($"{id}.klines.1h.1", Token);
        int asked = Exchange.Asked.Count;
        string other = await Client.SubmitAsync("backtest", Backtest("b-2", "AAAUSDT"), cancellationToken: Token);
        BacktestReply? again = await Client.WaitForResultAsync<BacktestReply>(other, Patience, Token);

        Assert.Equal(("completed", 744, "store (bybit)"), (reply!.Status, reply.Data!.Bars, reply.Data.Source));
        Assert.Equal((DataFetchPayload.TaskType, TaskState.Completed), (fetch!.Type, fetch.State));
        Assert.Equal(1, (await Client.FindAsync(id, Token))!.Attempt);
        Assert.Equal((reply.Statistics, asked), (again!.Statistics, Exchange.Asked.Count));
    }

    [Fact]
    public async Task An_optimization_without_klines_has_them_fetched_before_it_claims_anything()
    {
        const string Json = """
            {"optimization_id":"o-1","optimization_type":"grid","strategy_config":{"name":"sma_cross"},"param_space":{"fast":[3,5],"slow":[20,30]},
             "symbol":"AAAUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-02-01"}
            """;

        string id = await Client.SubmitRawAsync("optimization", Encoding.UTF8.GetBytes(Json), cancellationToken: Token);
        OptimizationReply? reply = await Client.WaitForResultAsync<OptimizationReply>(id, Patience, Token);

        Assert.Equal(("completed", 744, "store (bybit)"), (reply!.Status, reply.Data!.Bars, reply.Data.Source));
        Assert.Equal(TaskState.Completed, (await Client.FindAsync($"{id}.klines.1h.1", Token))!.State);
        Assert.Equal(1, (await Client.FindAsync(id, Token))!.Attempt);
    }

    [Fact]
    public async Task A_backtest_of_a_symbol_that_the_exchange_does_not_know_fails_with_its_words()
    {
        string id = await Client.SubmitAsync("backtest", Backtest("b-1", "NOSUCH"), cancellationToken: Token);

        TaskInfo task = await Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        Assert.Contains("symbol is 'NOSUCH'", Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_exchange_a_backtest_fails_at_once_and_says_what_to_type()
    {
        await Exchange.DisposeAsync();

        string id = await Client.SubmitAsync("backtest", Backtest("b-1", "AAAUSDT"), cancellationToken: Token);
        TaskInfo task = await Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        Assert.Contains("runnel data fetch AAAUSDT 1h --category linear --from 2024-01-01T00:00Z --to 2024-02-01T00:00Z", Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    private Task<string> SubmitAsync(string json) => SubmitAsync(DataFetchPayload.TaskType, json);

    private static BacktestPayload Backtest(string id, string symbol) => new()
    {
        BacktestId = id,
        StrategyConfig = new StrategyConfig("ema_cross", new Dictionary<string, double> { ["fast"] = 5, ["slow"] = 20 }),
        Symbol = symbol,
        Interval = "1h",
        StartDate = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero),
        EndDate = new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero),
        InitialCapital = 10_000,
    };
}
