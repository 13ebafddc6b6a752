using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>The payload of a task of type <c>portfolio</c>, for senders in .NET: <see cref="TradingClientExtensions.SubmitPortfolioAsync"/>. Any language may send
/// the same as JSON; docs/backtesting/portfolios.md lists the fields.</summary>
public sealed record PortfolioPayload
{
    /// <summary>The symbols that share the account, 1 to 200, each once; their order changes nothing.</summary>
    [JsonPropertyName("symbols")]
    public required IReadOnlyList<PortfolioSymbolConfig> Symbols { get; init; }

    /// <summary>Strategy and its parameters, the same for every symbol.</summary>
    [JsonPropertyName("strategy_config")]
    public required StrategyConfig StrategyConfig { get; init; }

    /// <summary>Whether the result holds every trade. Default: false.</summary>
    [JsonPropertyName("trades")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Trades { get; init; }

    /// <inheritdoc cref="BacktestPayload.Interval"/>
    [JsonPropertyName("interval")]
    public required string Interval { get; init; }

    /// <inheritdoc cref="BacktestPayload.StartDate"/>
    [JsonPropertyName("start_date")]
    public required DateTimeOffset StartDate { get; init; }

    /// <inheritdoc cref="BacktestPayload.EndDate"/>
    [JsonPropertyName("end_date")]
    public required DateTimeOffset EndDate { get; init; }

    /// <inheritdoc cref="BacktestPayload.InitialCapital"/>
    [JsonPropertyName("initial_capital")]
    public required double InitialCapital { get; init; }

    /// <inheritdoc cref="BacktestPayload.Commission"/>
    [JsonPropertyName("commission")]
    public double Commission { get; init; } = 0.0006;

    /// <inheritdoc cref="BacktestPayload.Slippage"/>
    [JsonPropertyName("slippage")]
    public double Slippage { get; init; } = 0.0001;

    /// <inheritdoc cref="BacktestPayload.Spread"/>
    [JsonPropertyName("spread")]
    public double Spread { get; init; }

    /// <inheritdoc cref="BacktestPayload.Leverage"/>
    [JsonPropertyName("leverage")]
    public double Leverage { get; init; } = 1;

    /// <inheritdoc cref="BacktestPayload.Direction"/>
    [JsonPropertyName("direction")]
    public string Direction { get; init; } = "long_only";

    /// <inheritdoc cref="BacktestPayload.Size"/>
    [JsonPropertyName("size")]
    public SizeConfig Size { get; init; } = new("fraction", 0.95);

    /// <inheritdoc cref="BacktestPayload.Lot"/>
    [JsonPropertyName("lot")]
    public double Lot { get; init; } = 0.001;

    /// <inheritdoc cref="BacktestPayload.Category"/>
    [JsonPropertyName("category")]
    public string Category { get; init; } = "linear";

    /// <inheritdoc cref="BacktestPayload.TradeOnClose"/>
    [JsonPropertyName("trade_on_close")]
    public bool TradeOnClose { get; init; }

    /// <inheritdoc cref="BacktestPayload.Exclusive"/>
    [JsonPropertyName("exclusive")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Exclusive { get; init; }

    /// <inheritdoc cref="BacktestPayload.AnnualizationDays"/>
    [JsonPropertyName("annualization_days")]
    public double AnnualizationDays { get; init; } = 365;

    /// <inheritdoc cref="BacktestPayload.MaintenanceMargin"/>
    [JsonPropertyName("maintenance_margin")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MaintenanceMargin { get; init; }

    /// <inheritdoc cref="BacktestPayload.Funding"/>
    [JsonPropertyName("funding")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Funding { get; init; }

    /// <inheritdoc cref="BacktestPayload.MakerCommission"/>
    [JsonPropertyName("maker_commission")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? MakerCommission { get; init; }

    /// <inheritdoc cref="BacktestPayload.Tick"/>
    [JsonPropertyName("tick")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Tick { get; init; }

    /// <inheritdoc cref="BacktestPayload.MinNotional"/>
    [JsonPropertyName("min_notional")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double MinNotional { get; init; }

    /// <inheritdoc cref="BacktestPayload.MinSize"/>
    [JsonPropertyName("min_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double MinSize { get; init; }

    /// <inheritdoc cref="BacktestPayload.SlippageAmount"/>
    [JsonPropertyName("slippage_amount")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double SlippageAmount { get; init; }

    /// <inheritdoc cref="BacktestPayload.BidAskSpread"/>
    [JsonPropertyName("bid_ask_spread")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double BidAskSpread { get; init; }

    /// <inheritdoc cref="BacktestPayload.VolumeImpact"/>
    [JsonPropertyName("volume_impact")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double VolumeImpact { get; init; }

    /// <inheritdoc cref="BacktestPayload.VolumeLimit"/>
    [JsonPropertyName("volume_limit")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? VolumeLimit { get; init; }

    /// <inheritdoc cref="BacktestPayload.StopLoss"/>
    [JsonPropertyName("stop_loss")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LevelConfig? StopLoss { get; init; }

    /// <inheritdoc cref="BacktestPayload.TakeProfit"/>
    [JsonPropertyName("take_profit")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LevelConfig? TakeProfit { get; init; }

    /// <inheritdoc cref="BacktestPayload.TrailingStop"/>
    [JsonPropertyName("trailing_stop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LevelConfig? TrailingStop { get; init; }

    /// <inheritdoc cref="BacktestPayload.RequireVolume"/>
    [JsonPropertyName("require_volume")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireVolume { get; init; }

    /// <inheritdoc cref="BacktestPayload.FillModel"/>
    [JsonPropertyName("fill_model")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? FillModel { get; init; }

    /// <inheritdoc cref="BacktestPayload.FinerInterval"/>
    [JsonPropertyName("finer_interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? FinerInterval { get; init; }
}
