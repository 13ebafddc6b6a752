using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Size of an entry.</summary>
/// <param name="Kind"><c>fraction</c> of the available margin, <c>units</c>, <c>cash</c>, <c>risk</c>, a fraction of equity lost at the
/// stop-loss, or <c>kelly</c>, a part of the Kelly fraction.</param>
/// <param name="Value">What the kind counts.</param>
public sealed record SizeConfig(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("value")] double Value);
