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

    /// <summary>White's reality check: probability that the best of as many strategies without any edge over cash would earn as much a day as the best of these trials does. Of
    /// the same trials as <see cref="OverfittingProbability"/>; null where that is.</summary>
    [JsonPropertyName("reality_check")]
    public double? RealityCheck { get; init; }

    /// <summary>Lower end of the 95 % interval of the best trial's annualized Sharpe ratio (stationary bootstrap of its daily returns). It does not know that the trial is the
    /// best of many. Null where the returns are fewer than 20 or do not vary.</summary>
    [JsonPropertyName("sharpe_low")]
    public double? SharpeLow { get; init; }

    /// <summary>Upper end of it.</summary>
    [JsonPropertyName("sharpe_high")]
    public double? SharpeHigh { get; init; }

    /// <summary>Mean share of all other trials that those next to the best one beat in the metric: near 1 on a plateau, 0.5 where they are like any others. Null where no trial is
    /// next to it.</summary>
    [JsonPropertyName("neighborhood_score")]
    public double? NeighborhoodScore { get; init; }

    /// <summary>Trials next to the best one: at most a step away in each parameter, or a twentieth of its range.</summary>
    [JsonPropertyName("neighbors")]
    public int Neighbors { get; init; }

    /// <summary>Deepest drawdown of the best trial from trade to trade, in percent; null where it has fewer than two closed trades.</summary>
    [JsonPropertyName("trade_drawdown_percent")]
    public double? TradeDrawdownPercent { get; init; }

    /// <summary>The drawdown that 95 % of 1,000 random orders of its trades stay below, in percent: the one to be ready for.</summary>
    [JsonPropertyName("shuffled_drawdown_percent")]
    public double? ShuffledDrawdownPercent { get; init; }

    /// <summary>Share of those orders whose drawdown is at least as deep as that of the order that happened. Near 1: that order was lucky.</summary>
    [JsonPropertyName("shuffled_share_at_least_observed")]
    public double? ShuffledShareAtLeastObserved { get; init; }

    /// <summary>How much of it is luck, in a sentence.</summary>
    [JsonPropertyName("headline")]
    public required string Headline { get; init; }
}
