using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>A strategy by name, with its parameters.</summary>
/// <param name="Name">Name or alias, for instance <c>ema_cross</c> or "EMA crossover".</param>
/// <param name="Params">Numbers by name, for instance <c>fast</c>; empty for the strategy's defaults.</param>
public sealed record StrategyConfig(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("params")] IReadOnlyDictionary<string, double> Params)
{
    /// <summary>The other fields of a declared strategy (<c>let</c>, <c>entry</c>, <c>exit</c>, …) as docs/backtesting/declared-strategies.md has
    /// them; null for any other strategy.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Declaration { get; init; }
}
