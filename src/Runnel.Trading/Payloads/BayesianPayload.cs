using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Learns from the trials so far which ones to try next (a tree-structured Parzen estimator).</summary>
public sealed record BayesianPayload : OptimizationPayload
{
    /// <summary>A payload with the defaults.</summary>
    public BayesianPayload()
        : base("bayesian")
    {
    }

    /// <summary>What each parameter may be.</summary>
    [JsonPropertyName("param_space")]
    public required IReadOnlyDictionary<string, SearchRange> ParamSpace { get; init; }

    /// <summary>Expressions that must hold, for instance <c>fast &lt; slow</c>. Default: none.</summary>
    [JsonPropertyName("constraints")]
    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>Trials. Default: 100.</summary>
    [JsonPropertyName("n_trials")]
    public int Trials { get; init; } = 100;

    /// <summary>Another seed, another search. Default: 0.</summary>
    [JsonPropertyName("seed")]
    public int Seed { get; init; }

    /// <summary>Trials asked for from the same knowledge: more keep more workers busy and learn more slowly. Part of what the answer depends on; 0 for 4. Default: 0.</summary>
    [JsonPropertyName("batch_size")]
    public int BatchSize { get; init; }
}
