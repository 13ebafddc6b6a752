using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>A symbol of a portfolio.</summary>
/// <param name="Symbol">Instrument, for instance <c>BTCUSDT</c>.</param>
/// <param name="Share">Largest part of the equity that its margin takes, a fraction; null: an equal part of what the others leave.</param>
/// <param name="Lot">Smallest step of its sizes in units; null: that of the portfolio.</param>
public sealed record PortfolioSymbolConfig(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("share")] [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Share = null,
    [property: JsonPropertyName("lot")] [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Lot = null);
