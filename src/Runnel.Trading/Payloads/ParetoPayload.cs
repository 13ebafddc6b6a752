using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Looks for the trials that no other beats in all of several metrics (NSGA-II).</summary>
public sealed record ParetoPayload : RangeSearchPayload
{
    /// <summary>A payload with the defaults. <see cref="OptimizationPayload.Metric"/> and <see cref="OptimizationPayload.Objective"/> stay null.</summary>
    public ParetoPayload()
        : base("nsga2")
    {
    }

    /// <summary>2 to 8 statistics or expressions of some; the first one ranks the best trials and is told as progress.</summary>
    [JsonPropertyName("metrics")]
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary><c>maximize</c> or <c>minimize</c> for each; null: as the statistics are (drawdowns are minimized). Default: null.</summary>
    [JsonPropertyName("objectives")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Objectives { get; init; }

    /// <summary>Trials of a generation, at least 4; null for 40. Part of what the answer depends on. Default: null.</summary>
    [JsonPropertyName("batch_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BatchSize { get; init; }
}
