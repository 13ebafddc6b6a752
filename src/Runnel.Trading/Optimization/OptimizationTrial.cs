using System.Text.Json.Serialization;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>One trial and what it came to.</summary>
public sealed record OptimizationTrial
{
    /// <summary>Its number in the search, from 0.</summary>
    [JsonPropertyName("trial")]
    public required long Trial { get; init; }

    /// <summary>Parameters by name, fixed ones included.</summary>
    [JsonPropertyName("params")]
    public required IReadOnlyDictionary<string, double> Params { get; init; }

    /// <summary>Its metric; null where undefined.</summary>
    [JsonPropertyName("value")]
    public required double? Value { get; init; }

    /// <summary>All figures, as a single backtest gives them; in JSON the names are in snake_case.</summary>
    [JsonPropertyName("statistics")]
    [JsonConverter(typeof(SnakeCaseConverter<BacktestStatistics>))]
    public required BacktestStatistics Statistics { get; init; }
}
