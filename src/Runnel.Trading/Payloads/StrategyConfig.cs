using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>A strategy by name, with its parameters.</summary>
/// <param name="Name">Name or alias, for instance <c>ema_cross</c> or "EMA crossover".</param>
/// <param name="Params">Numbers by name, for instance <c>fast</c>; empty for the strategy's defaults.</param>
public sealed record StrategyConfig(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("params")] IReadOnlyDictionary<string, double> Params);
