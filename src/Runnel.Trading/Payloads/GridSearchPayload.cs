using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Runs every combination of lists of values.</summary>
public sealed record GridSearchPayload : OptimizationPayload
{
    /// <summary>A payload with the defaults.</summary>
    public GridSearchPayload()
        : base("grid")
    {
    }

    /// <summary>The values of each parameter, for instance <c>fast</c>: 5, 10, 20.</summary>
    [JsonPropertyName("param_space")]
    public required IReadOnlyDictionary<string, IReadOnlyList<double>> ParamSpace { get; init; }
}
