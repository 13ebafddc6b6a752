using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>A time for which the exchange has no bars.</summary>
/// <param name="From">Open time of the first absent bar (UTC).</param>
/// <param name="To">Open time of the next bar that is there (UTC).</param>
/// <param name="Bars">How many bars are absent.</param>
public sealed record DataOutage(
    [property: JsonPropertyName("from")] DateTimeOffset From,
    [property: JsonPropertyName("to")] DateTimeOffset To,
    [property: JsonPropertyName("bars")] long Bars);
