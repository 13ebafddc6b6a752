using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>How much of the best of many trials is likely luck. Daily returns, annualized where said; sources: <see cref="Runnel.Backtesting.Overfitting"/>.</summary>
public sealed record OptimizationGuards
{
    /// <summary>Trials that luck had.</summary>
    [JsonPropertyName("trials")]
    public required long Trials { get; init; }

    /// <summary>Annualized Sharpe ratio of the best trial.</summary>
    [JsonPropertyName("best_sharpe")]
    public required double? BestSharpe { get; init; }

    /// <summary>Annualized Sharpe ratio that the best of as many trials would be expected to show without any skill.</summary>
    [JsonPropertyName("luck_sharpe")]
    public required double LuckSharpe { get; init; }

    /// <summary>Probability that the best trial's true Sharpe ratio is above 0, as if it had been the only trial.</summary>
    [JsonPropertyName("probabilistic_sharpe")]
    public required double? ProbabilisticSharpe { get; init; }

    /// <summary>Probability that it is above what luck shows: the deflated Sharpe ratio.</summary>
    [JsonPropertyName("deflated_sharpe")]
    public required double? DeflatedSharpe { get; init; }

    /// <summary>Probability of backtest overfitting: how often the best of one half of the time is below the middle in the other half. Near 0.5 or above, the choice
    /// was worth nothing. Of all trials, or of 200 at even distances where there are more; null where the klines are too few days or the trials fewer than two.</summary>
    [JsonPropertyName("overfitting_probability")]
    public required double? OverfittingProbability { get; init; }

    /// <summary>The above in a sentence.</summary>
    [JsonPropertyName("headline")]
    public required string Headline { get; init; }
}
