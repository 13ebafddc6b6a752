using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Learns from the trials so far which ones to try next (a tree-structured Parzen estimator).</summary>
public sealed record BayesianPayload : RangeSearchPayload
{
    /// <summary>A payload with the defaults.</summary>
    public BayesianPayload()
        : base("bayesian")
    {
    }

    /// <summary>Trials asked for from the same knowledge: more keep more workers busy and learn more slowly. Part of what the answer depends on; 0 for 4. Default: 0.</summary>
    [JsonPropertyName("batch_size")]
    public int BatchSize { get; init; }
}
