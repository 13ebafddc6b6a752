using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>How many trials there were.</summary>
public sealed record TrialCounts
{
    /// <summary>All of the search.</summary>
    [JsonPropertyName("total")]
    public required long Total { get; init; }

    /// <summary>Those with statistics.</summary>
    [JsonPropertyName("completed")]
    public required long Completed { get; init; }

    /// <summary>Those whose parameters do not go together, such as fast not below slow; they were not run.</summary>
    [JsonPropertyName("skipped")]
    public required long Skipped { get; init; }

    /// <summary>Those that could not be run.</summary>
    [JsonPropertyName("failed")]
    public required long Failed { get; init; }
}
