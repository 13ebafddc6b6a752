using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>What the payloads of backtests and portfolios have: strategy, time, account and broker. docs/backtest-payload.md lists the fields.</summary>
public abstract record AccountPayload
{
    private protected AccountPayload()
    {
    }

    /// <summary>Strategy and its parameters.</summary>
    [JsonPropertyName("strategy_config")]
    public required StrategyConfig StrategyConfig { get; init; }

    /// <summary>Length of a bar: <c>1m</c> to <c>1M</c>, or Bybit's codes.</summary>
    [JsonPropertyName("interval")]
    public required string Interval { get; init; }

    /// <summary>The first bar opens at or after this moment.</summary>
    [JsonPropertyName("start_date")]
    public required DateTimeOffset StartDate { get; init; }

    /// <summary>The last bar opens before this moment: 2024-01-01 to 2025-01-01 is the whole of 2024.</summary>
    [JsonPropertyName("end_date")]
    public required DateTimeOffset EndDate { get; init; }

    /// <summary>Cash before the first bar, in quote currency.</summary>
    [JsonPropertyName("initial_capital")]
    public required double InitialCapital { get; init; }

    /// <summary>Fee as a fraction of value, paid at entry and exit. Default: 0.0006.</summary>
    [JsonPropertyName("commission")]
    public double Commission { get; init; } = 0.0006;

    /// <summary>Fraction of the price by which market and stop fills are worse. Default: 0.0001.</summary>
    [JsonPropertyName("slippage")]
    public double Slippage { get; init; } = 0.0001;

    /// <summary>Fraction of the price by which entries alone are worse. Default: 0.</summary>
    [JsonPropertyName("spread")]
    public double Spread { get; init; }

    /// <summary>Position value per margin. Default: 1.</summary>
    [JsonPropertyName("leverage")]
    public double Leverage { get; init; } = 1;

    /// <summary><c>long_only</c>, <c>short_only</c> or <c>long_short</c>. Default: long_only.</summary>
    [JsonPropertyName("direction")]
    public string Direction { get; init; } = "long_only";

    /// <summary>Size of an entry. Default: 0.95 of the available margin, so that fees and a worse fill still fit.</summary>
    [JsonPropertyName("size")]
    public SizeConfig Size { get; init; } = new("fraction", 0.95);

    /// <summary>Smallest step of a size in units. Default: 0.001.</summary>
    [JsonPropertyName("lot")]
    public double Lot { get; init; } = 0.001;

    /// <summary><c>spot</c>, <c>linear</c> or <c>inverse</c>: which klines are loaded. Default: linear.</summary>
    [JsonPropertyName("category")]
    public string Category { get; init; } = "linear";

    /// <summary>Whether market orders fill at the close of the bar that gave the signal. Default: false, the next open.</summary>
    [JsonPropertyName("trade_on_close")]
    public bool TradeOnClose { get; init; }

    /// <summary>Whether an entry first closes what is open. Null: as the direction asks (true for long_short).</summary>
    [JsonPropertyName("exclusive")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Exclusive { get; init; }

    /// <summary>Trading days in a year for annualized statistics. Default: 365.</summary>
    [JsonPropertyName("annualization_days")]
    public double AnnualizationDays { get; init; } = 365;

    /// <summary>Maintenance margin as a fraction; null: no liquidation. Default: null.</summary>
    [JsonPropertyName("maintenance_margin")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MaintenanceMargin { get; init; }

    /// <summary>Whether open trades pay and receive funding, at the exchange's rates. Not for spot. Default: false.</summary>
    [JsonPropertyName("funding")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Funding { get; init; }

    /// <summary>Fee of limit entries and take-profits; null: as the commission. Default: null.</summary>
    [JsonPropertyName("maker_commission")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? MakerCommission { get; init; }

    /// <summary>Smallest step of a price; 0: none. Default: 0.</summary>
    [JsonPropertyName("tick")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Tick { get; init; }

    /// <summary>Least value of an entry in cash. Default: 0.</summary>
    [JsonPropertyName("min_notional")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double MinNotional { get; init; }

    /// <summary>Least size of an entry in units. Default: 0.</summary>
    [JsonPropertyName("min_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double MinSize { get; init; }

    /// <summary>Amount in price by which market and stop fills are worse. Default: 0.</summary>
    [JsonPropertyName("slippage_amount")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double SlippageAmount { get; init; }

    /// <summary>Distance of bid and ask as a fraction; market and stop fills are worse by half of it. Default: 0.</summary>
    [JsonPropertyName("bid_ask_spread")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double BidAskSpread { get; init; }

    /// <summary>Fraction by which those fills are worse, times the square of their share of the bar's volume. Default: 0.</summary>
    [JsonPropertyName("volume_impact")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double VolumeImpact { get; init; }

    /// <summary>Largest share of its bar's volume that an entry takes; null: no limit. Default: null.</summary>
    [JsonPropertyName("volume_limit")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? VolumeLimit { get; init; }

    /// <summary>Stop-loss where the strategy sets none. Default: none.</summary>
    [JsonPropertyName("stop_loss")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LevelConfig? StopLoss { get; init; }

    /// <summary>Take-profit where the strategy sets none. Default: none.</summary>
    [JsonPropertyName("take_profit")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LevelConfig? TakeProfit { get; init; }

    /// <summary>Trailing stop where the strategy sets none. Default: none.</summary>
    [JsonPropertyName("trailing_stop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LevelConfig? TrailingStop { get; init; }

    /// <summary>Whether orders wait on bars without volume. Default: false.</summary>
    [JsonPropertyName("require_volume")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireVolume { get; init; }

    /// <summary>What is assumed inside a bar: <c>worst_case</c> or <c>bar_path</c>. Null: worst_case. Default: null.</summary>
    [JsonPropertyName("fill_model")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? FillModel { get; init; }

    /// <summary>A shorter interval by whose bars each bar is worked off; null for none. Default: null.</summary>
    [JsonPropertyName("finer_interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? FinerInterval { get; init; }
}
