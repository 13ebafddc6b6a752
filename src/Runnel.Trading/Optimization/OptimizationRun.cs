using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>How one run of an optimization went.</summary>
public sealed record OptimizationRun
{
    /// <summary>From the first step of this run to its end, in seconds.</summary>
    [JsonPropertyName("seconds")]
    public required double Seconds { get; init; }

    /// <summary>Processor time that all chunks took, in seconds.</summary>
    [JsonPropertyName("chunk_seconds")]
    public required double ChunkSeconds { get; init; }

    /// <summary>Chunks that the trials were cut into.</summary>
    [JsonPropertyName("chunks")]
    public required int Chunks { get; init; }
}
