using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Tries points of the space: ones that do not depend on results, or ones that the results so far suggest.</summary>
public sealed record SamplingPayload : RangeSearchPayload
{
    /// <summary>A payload with the defaults.</summary>
    /// <param name="method">Which points.</param>
    public SamplingPayload(SamplingMethod method)
        : base(SnakeCase.Of($"{method}"))
    {
    }

    /// <summary>For a method that learns: trials asked for from the same knowledge. More keep more workers busy and learn more slowly. Part of what the answer depends on;
    /// null for the method's own. Default: null.</summary>
    [JsonPropertyName("batch_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BatchSize { get; init; }
}
