using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>What the payloads of all optimizations have, for senders in .NET. Any language may send the same as JSON; docs/optimization/payload.md lists
/// every field. Submit them by <see cref="TradingClientExtensions"/>.</summary>
public abstract record OptimizationPayload
{
    private protected OptimizationPayload(string type) => OptimizationType = type;

    /// <summary>Chosen by the sender, 1 to 200 characters. One id is run once.</summary>
    [JsonPropertyName("optimization_id")]
    public required string OptimizationId { get; init; }

    /// <summary>The method.</summary>
    [JsonPropertyName("optimization_type")]
    public string OptimizationType { get; }

    /// <summary>Strategy, and the parameters that do not vary.</summary>
    [JsonPropertyName("strategy_config")]
    public required StrategyConfig StrategyConfig { get; init; }

    /// <summary>Instrument, for instance <c>BTCUSDT</c>.</summary>
    [JsonPropertyName("symbol")]
    public required string Symbol { get; init; }

    /// <summary>Length of a bar: <c>1m</c> to <c>1M</c>, or Bybit's codes.</summary>
    [JsonPropertyName("interval")]
    public required string Interval { get; init; }

    /// <summary>The first bar opens at or after this moment.</summary>
    [JsonPropertyName("start_date")]
    public required DateTimeOffset StartDate { get; init; }

    /// <summary>The last bar opens before this moment.</summary>
    [JsonPropertyName("end_date")]
    public required DateTimeOffset EndDate { get; init; }

    /// <summary>The statistic that ranks the trials; null: sharpe_ratio, or the first of several. Default: null.</summary>
    [JsonPropertyName("metric")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric { get; init; }

    /// <summary><c>maximize</c> or <c>minimize</c>; null: as the statistic is (drawdowns are minimized). Default: null.</summary>
    [JsonPropertyName("objective")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Objective { get; init; }

    /// <summary>Trials with fewer closed trades rank behind all others. Default: 0.</summary>
    [JsonPropertyName("min_trades")]
    public int MinTrades { get; init; }

    /// <summary>How many of the best trials the result holds, 1 to 1,000. Default: 20.</summary>
    [JsonPropertyName("top")]
    public int Top { get; init; } = 20;

    /// <summary>Ends the search (of a window, where there are some) after so many trials in a row that did not improve on the best, judged in the order of their numbers and so
    /// the same for any number of workers; null for never. Not for halving and Hyperband. Default: null.</summary>
    [JsonPropertyName("patience")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Patience { get; init; }

    /// <summary>By how much a trial has to be better to count for <see cref="Patience"/>, in the unit of the metric. Default: null, by anything.</summary>
    [JsonPropertyName("min_improvement")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MinImprovement { get; init; }

    /// <summary>Ends the search after so many trials (in each window of a walk-forward or k-fold one); null for all. Default: null.</summary>
    [JsonPropertyName("max_trials")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxTrials { get; init; }

    /// <summary>Ends the search after so many seconds with what it has by then, which depends on the machines; null for never. Not for walk-forward and k-fold. Default: null.</summary>
    [JsonPropertyName("max_seconds")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MaxSeconds { get; init; }

    /// <summary>Cash before the first bar, in quote currency. Default: 10,000.</summary>
    [JsonPropertyName("initial_capital")]
    public double InitialCapital { get; init; } = OptimizationPlan.UsualCapital;

    /// <inheritdoc cref="AccountPayload.Commission"/>
    [JsonPropertyName("commission")]
    public double Commission { get; init; } = 0.0006;

    /// <inheritdoc cref="AccountPayload.Slippage"/>
    [JsonPropertyName("slippage")]
    public double Slippage { get; init; } = 0.0001;

    /// <inheritdoc cref="AccountPayload.Spread"/>
    [JsonPropertyName("spread")]
    public double Spread { get; init; }

    /// <inheritdoc cref="AccountPayload.Leverage"/>
    [JsonPropertyName("leverage")]
    public double Leverage { get; init; } = 1;

    /// <summary><c>long_only</c>, <c>short_only</c> or <c>long_short</c>. Default: long_only.</summary>
    [JsonPropertyName("mode")]
    public string Direction { get; init; } = "long_only";

    /// <inheritdoc cref="AccountPayload.Size"/>
    [JsonPropertyName("size")]
    public SizeConfig Size { get; init; } = new("fraction", 0.95);

    /// <inheritdoc cref="AccountPayload.Lot"/>
    [JsonPropertyName("lot")]
    public double Lot { get; init; } = 0.001;

    /// <inheritdoc cref="AccountPayload.Category"/>
    [JsonPropertyName("category")]
    public string Category { get; init; } = "linear";

    /// <inheritdoc cref="AccountPayload.Funding"/>
    [JsonPropertyName("funding")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Funding { get; init; }

    /// <inheritdoc cref="BacktestPayload.Instrument"/>
    [JsonPropertyName("instrument")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Instrument { get; init; }

    /// <inheritdoc cref="AccountPayload.FinerInterval"/>
    [JsonPropertyName("finer_interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? FinerInterval { get; init; }

    /// <inheritdoc cref="AccountPayload.TradeOnClose"/>
    [JsonPropertyName("trade_on_close")]
    public bool TradeOnClose { get; init; }

    /// <inheritdoc cref="AccountPayload.AnnualizationDays"/>
    [JsonPropertyName("annualization_days")]
    public double AnnualizationDays { get; init; } = 365;
}
