using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>How far a stop-loss, a take-profit or a trailing stop is from the entry price.</summary>
/// <param name="Kind"><c>percent</c> (a fraction of the price), <c>distance</c> in price, <c>atr</c> (multiples of the average true range), or
/// <c>risk</c> (the fraction of equity lost at a stop-loss; multiples of the stop's distance for a take-profit).</param>
/// <param name="Value">What the kind counts.</param>
/// <param name="Period">Bars of the average true range.</param>
public sealed record LevelConfig(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("value")] double Value,
    [property: JsonPropertyName("period")] int Period = 14);
