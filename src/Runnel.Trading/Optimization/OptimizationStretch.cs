using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>A stretch of klines.</summary>
public sealed record OptimizationStretch
{
    /// <summary>Open time of its first bar (UTC).</summary>
    [JsonPropertyName("from")]
    public required DateTimeOffset From { get; init; }

    /// <summary>Open time of its last bar (UTC).</summary>
    [JsonPropertyName("to")]
    public required DateTimeOffset To { get; init; }

    /// <summary>Its bars.</summary>
    [JsonPropertyName("bars")]
    public required int Bars { get; init; }
}
