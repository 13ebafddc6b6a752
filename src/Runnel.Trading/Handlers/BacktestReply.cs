using System.Text.Json.Serialization;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The result of a task of type <c>backtest</c>. Where another task runs the backtest, it holds the id and the status only.</summary>
public sealed record BacktestReply
{
    /// <summary>The backtest.</summary>
    [JsonPropertyName("backtest_id")]
    public required string BacktestId { get; init; }

    /// <summary><c>completed</c>, or <c>running</c> where another task runs it at the moment.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>Strategy with every parameter, defaults included.</summary>
    [JsonPropertyName("strategy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StrategyConfig? Strategy { get; init; }

    /// <summary>Instrument.</summary>
    [JsonPropertyName("symbol")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Symbol { get; init; }

    /// <summary>Length of a bar.</summary>
    [JsonPropertyName("interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Interval { get; init; }

    /// <summary>Where the klines came from, and which they were.</summary>
    [JsonPropertyName("data")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BacktestData? Data { get; init; }

    /// <summary>Figures of the run; in JSON the names are in snake_case.</summary>
    [JsonPropertyName("statistics")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(SnakeCaseConverter<BacktestStatistics>))]
    public BacktestStatistics? Statistics { get; init; }

    /// <summary>Number of closed trades, all of which are stored.</summary>
    [JsonPropertyName("trade_count")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TradeCount { get; init; }

    /// <summary>Number of trades open after the last bar.</summary>
    [JsonPropertyName("open_trade_count")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OpenTradeCount { get; init; }

    /// <summary>At most 200 samples of equity at even distances, the first and the last bar among them: for a sparkline.</summary>
    [JsonPropertyName("equity")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Equity { get; init; }

    /// <summary>What a reader should know before believing the figures, in sentences; empty where there is nothing.</summary>
    [JsonPropertyName("warnings")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}
