using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>What the payloads of searches over ranges have. Submit them by <see cref="TradingClientExtensions.SubmitOptimizationAsync"/>.</summary>
public abstract record RangeSearchPayload : OptimizationPayload
{
    private protected RangeSearchPayload(string type)
        : base(type)
    {
    }

    /// <summary>What each parameter may be.</summary>
    [JsonPropertyName("param_space")]
    public required IReadOnlyDictionary<string, SearchRange> ParamSpace { get; init; }

    /// <summary>Expressions that must hold, for instance <c>fast &lt; slow</c>. Default: none.</summary>
    [JsonPropertyName("constraints")]
    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>Trials; not for a grid or Hyperband. Default: null, 100.</summary>
    [JsonPropertyName("n_trials")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Trials { get; init; }

    /// <summary>Another seed, another search; not for a grid. Default: null, 0.</summary>
    [JsonPropertyName("seed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Seed { get; init; }
}
