using System.Text;
using System.Text.Json;
using Runnel.TestKit;
using Runnel.Trading.Tests.Optimization;

namespace Runnel.Trading.Tests.Declared;

/// <summary>Searches over the parameters that a declaration names.</summary>
public sealed class DeclaredOptimizationTests(RedisFixture redis)
{
    private const string Rules = """
        {"params":{"fast":10,"slow":30},"require":"fast < slow","entry":"cross_above(sma(close, fast), sma(close, slow))","exit":"cross_below(sma(close, fast), sma(close, slow))"}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grid", "")]
    [InlineData("walk_forward", """, "train_size": 90, "test_size": 45, "step_size": 45""")]
    public async Task A_search_over_declared_rules_finds_the_same_as_one_over_the_built_in_strategy(string type, string more)
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 3);

        OptimizationReply declared = await host.RunAsync(Payload(type, Rules, more)), builtIn = await host.RunAsync(Payload(type, """{"name":"sma_cross"}""", more, "other"));

        Assert.Equal(("completed", "declared", "sma_cross"), (declared.Status, declared.Strategy, builtIn.Strategy));
        Assert.True(declared.Trials is { Completed: > 0, Skipped: > 0, Failed: 0 }, $"{declared.Trials}");
        Assert.Equal(
            JsonSerializer.Serialize(builtIn with { Run = null, OptimizationId = "", Strategy = "" }),
            JsonSerializer.Serialize(declared with { Run = null, OptimizationId = "", Strategy = "" }));
    }

    [Fact]
    public async Task The_answer_is_the_same_without_a_queue_and_with_any_number_of_slots()
    {
        JsonElement payload = Payload("grid", Rules);
        using TemporaryFolder folder = new();
        await using OptimizationHost many = await OptimizationHost.StartAsync(redis, concurrency: 8);

        OptimizationReply queued = await many.RunAsync(payload);
        OptimizationReply local = await new LocalOptimizer(new TradingOptions { DataFolder = folder.Path, AllowBybit = false, AllowSynthetic = true })
            .RunAsync(payload, threads: 1, cancellationToken: Token);

        Assert.Equal(JsonSerializer.Serialize(queued with { Run = null }), JsonSerializer.Serialize(local with { Run = null }));
    }

    [Fact]
    public async Task A_typed_payload_carries_the_rules_and_their_change_is_another_request()
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis, concurrency: 2);
        Dictionary<string, JsonElement> rules = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Rules)!;
        rules.Remove("params");
        GridSearchPayload payload = new()
        {
            OptimizationId = "typed",
            StrategyConfig = new StrategyConfig("declared", new Dictionary<string, double> { ["fast"] = 10, ["slow"] = 30 }) { Declaration = rules },
            ParamSpace = new Dictionary<string, IReadOnlyList<double>> { ["fast"] = [5, 10, 20], ["slow"] = [10, 20, 40] },
            Symbol = "BTCUSDT",
            Interval = "1h",
            StartDate = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero),
            EndDate = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };

        OptimizationReply typed = (await host.Client.WaitForResultAsync<OptimizationReply>(await host.Client.SubmitGridSearchAsync(payload, cancellationToken: Token), Patience, Token))!;
        OptimizationReply raw = await host.RunAsync(Payload("grid", Rules, id: "raw"));
        OptimizationReply changed = await host.RunAsync(Payload("grid", Rules.Replace("cross_below", "cross_above", StringComparison.Ordinal), id: "raw"));

        Assert.Equal(JsonSerializer.Serialize(raw with { Run = null, OptimizationId = "typed" }), JsonSerializer.Serialize(typed with { Run = null }));
        Assert.Contains("another strategy_config", changed.Warnings![^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"entry":"close > sma(fast)"}""", "strategy_config.entry is wrong at column 13, before 'fast)'. There is no name fast.")]
    [InlineData("""{"params":{"fast":10},"entry":"close > sma(close, fast)"}""", "param_space.slow is not a parameter of declared. It takes fast.")]
    [InlineData("""{"params":{"fast":10,"slow":2},"ranges":{"slow":[2,30]},"entry":"sma(fast) > sma(slow)"}""", "param_space.slow is 40. Give a value from 2 to 30")]
    [InlineData("""{"params":{"fast":10,"slow":2,"n":0.5},"entry":"sma(fast) > sma(slow) or sma(n) > 1"}""", "strategy_config.params.n is 0.5. Give a whole number from 1")]
    [InlineData("""{"params":{"fast":10,"slow":2},"entry":"sma(fast) > sma(slow)","exits":"true"}""", "strategy_config.exits is not known. Did you mean strategy_config.exit?")]
    public async Task What_is_wrong_is_a_dead_letter_after_one_attempt_that_names_it(string rules, string problem)
    {
        await using OptimizationHost host = await OptimizationHost.StartAsync(redis);
        string id = await host.Client.SubmitRawAsync("optimization", Encoding.UTF8.GetBytes(Payload("grid", rules).GetRawText()), cancellationToken: Token);

        TaskInfo task = await host.Client.WaitAsync(id, Patience, Token);

        Assert.Equal((TaskState.Failed, 1), (task.State, task.Attempt));
        Assert.Contains(problem, Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    private static JsonElement Payload(string type, string rules, string more = "", string id = "o") => JsonElement.Parse($$"""
        {"optimization_id":"{{id}}","optimization_type":"{{type}}","strategy_config":{{rules}},"param_space":{"fast":[5,10,20],"slow":[10,20,40]},
         "symbol":"BTCUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2025-01-01"{{more}}}
        """);
}
