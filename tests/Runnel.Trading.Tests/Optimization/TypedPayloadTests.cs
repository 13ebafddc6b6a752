using System.Text.Json;

namespace Runnel.Trading.Tests.Optimization;

public sealed class TypedPayloadTests
{
    public static TheoryData<string> Kinds => ["random", "sobol", "latin_hypercube", "bayesian", "cma_es", "genetic", "halving", "hyperband", "nsga2", "k_fold", "walk_forward"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_typed_payload_means_what_the_least_raw_one_of_its_kind_does(string kind)
    {
        Dictionary<string, object> raw = OptimizationPayloads.Of(
            kind, new { fast = new { type = "int", low = 2, high = 50, step = 1 }, slow = new { type = "int", low = 10, high = 200, step = 1 } });
        raw.Remove("metric");
        if (kind == "nsga2")
            raw["metrics"] = (string[])["sharpe_ratio", "max_drawdown"];

        OptimizationPlan typed = OptimizationPlan.Of(JsonSerializer.SerializeToElement<object>(Typed(kind))), least = OptimizationPlan.Of(JsonSerializer.SerializeToElement(raw));

        Assert.Equal(least.RequestJson, typed.RequestJson);
    }

    private static OptimizationPayload Typed(string kind)
    {
        const string id = "o", symbol = "BTCUSDT", interval = "1h";
        StrategyConfig strategy = new("sma_cross", new Dictionary<string, double>());
        Dictionary<string, SearchRange> space = new() { ["fast"] = SearchRange.Int(2, 50), ["slow"] = SearchRange.Int(10, 200) };
        DateTimeOffset from = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), to = from.AddYears(1);
        return kind switch
        {
            "bayesian" => new BayesianPayload { OptimizationId = id, StrategyConfig = strategy, ParamSpace = space, Symbol = symbol, Interval = interval, StartDate = from, EndDate = to },
            "halving" or "hyperband" => new HalvingPayload(kind == "hyperband") { OptimizationId = id, StrategyConfig = strategy, ParamSpace = space, Symbol = symbol, Interval = interval, StartDate = from, EndDate = to },
            "nsga2" => new ParetoPayload { OptimizationId = id, StrategyConfig = strategy, ParamSpace = space, Symbol = symbol, Interval = interval, StartDate = from, EndDate = to, Metrics = ["sharpe_ratio", "max_drawdown"] },
            "k_fold" => new KFoldPayload { OptimizationId = id, StrategyConfig = strategy, ParamSpace = space, Symbol = symbol, Interval = interval, StartDate = from, EndDate = to },
            "walk_forward" => new WalkForwardPayload { OptimizationId = id, StrategyConfig = strategy, ParamSpace = space, Symbol = symbol, Interval = interval, StartDate = from, EndDate = to },
            _ => new SamplingPayload(Enum.GetValues<SamplingMethod>().Single(m => SnakeCase.Of($"{m}") == kind)) { OptimizationId = id, StrategyConfig = strategy, ParamSpace = space, Symbol = symbol, Interval = interval, StartDate = from, EndDate = to },
        };
    }
}
