using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>The trials that no other beats: none is as good in every metric and better in one. Which of them to take is a matter of taste.</summary>
public sealed record OptimizationFront
{
    /// <summary>The metrics in the order of the payload.</summary>
    [JsonPropertyName("metrics")]
    public required IReadOnlyList<OptimizationFrontMetric> Metrics { get; init; }

    /// <summary>How many trials are on it.</summary>
    [JsonPropertyName("size")]
    public required int Size { get; init; }

    /// <summary>They, those that are best in the first metric first; where they are more than 500, 500 at even distances, both ends among them.</summary>
    [JsonPropertyName("trials")]
    public required IReadOnlyList<OptimizationFrontTrial> Trials { get; init; }
}

/// <summary>A metric of several.</summary>
public sealed record OptimizationFrontMetric
{
    /// <summary>A statistic's name, or an expression.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary><c>maximize</c> or <c>minimize</c>.</summary>
    [JsonPropertyName("objective")]
    public required string Objective { get; init; }
}

/// <summary>A trial on the front.</summary>
public sealed record OptimizationFrontTrial
{
    /// <summary>Its number in the search, from 0.</summary>
    [JsonPropertyName("trial")]
    public required long Trial { get; init; }

    /// <summary>Parameters by name, fixed ones included.</summary>
    [JsonPropertyName("params")]
    public required IReadOnlyDictionary<string, double> Params { get; init; }

    /// <summary>Its values, one for each metric.</summary>
    [JsonPropertyName("values")]
    public required IReadOnlyList<double> Values { get; init; }
}
