using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>What the payloads of searches with windows have: each window is searched by itself, and its winner tested where it was not searched.
/// <see cref="RangeSearchPayload.Trials"/>, <see cref="OptimizationPayload.MaxTrials"/> and <see cref="OptimizationPayload.Patience"/> are those of each window.</summary>
public abstract record WindowSearchPayload : RangeSearchPayload
{
    private protected WindowSearchPayload(string type)
        : base(type)
    {
    }

    /// <summary>How each window is searched: <c>grid</c>, <c>random</c>, <c>sobol</c>, <c>latin_hypercube</c>, <c>bayesian</c>, <c>cma_es</c>, <c>genetic</c>, <c>halving</c> or
    /// <c>hyperband</c>. Default: grid.</summary>
    [JsonPropertyName("search")]
    public string Search { get; init; } = "grid";

    /// <summary>For <c>bayesian</c>, <c>cma_es</c> and <c>genetic</c>: trials asked for from the same knowledge; null for the method's own. Default: null.</summary>
    [JsonPropertyName("batch_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BatchSize { get; init; }

    /// <summary>For <c>halving</c> and <c>hyperband</c>: fraction of what a window searches on which the first trials run; null for a ninth, and a 27th for Hyperband. Default: null.</summary>
    [JsonPropertyName("first_budget")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? FirstBudget { get; init; }

    /// <summary>For <c>halving</c> and <c>hyperband</c>: of a rung's points one in so many goes on, to a range so many times as long; null for 3. Default: null.</summary>
    [JsonPropertyName("reduction_factor")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ReductionFactor { get; init; }
}
