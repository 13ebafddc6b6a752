using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>The klines that a backtest ran on.</summary>
public sealed record BacktestData
{
    /// <summary>Origin in words, for instance <c>file bybit-linear-BTCUSDT-60.csv.gz</c>.</summary>
    [JsonPropertyName("source")]
    public required string Source { get; init; }

    /// <summary>True where the klines were invented: the figures say nothing about a real market.</summary>
    [JsonPropertyName("synthetic")]
    public required bool Synthetic { get; init; }

    /// <summary>Number of bars.</summary>
    [JsonPropertyName("bars")]
    public required int Bars { get; init; }

    /// <summary>Open time of the first bar (UTC).</summary>
    [JsonPropertyName("first_bar")]
    public required DateTimeOffset FirstBar { get; init; }

    /// <summary>Open time of the last bar (UTC).</summary>
    [JsonPropertyName("last_bar")]
    public required DateTimeOffset LastBar { get; init; }

    /// <summary>Bars absent between the first and the last: outages, or hours when the market is closed.</summary>
    [JsonPropertyName("missing_bars")]
    public required long MissingBars { get; init; }

    /// <summary>Origin of the funding payments in words; null where none were asked for.</summary>
    [JsonPropertyName("funding_source")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FundingSource { get; init; }

    /// <summary>The steps by which orders were rounded, where they were the exchange's; else null.</summary>
    [JsonPropertyName("instrument")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InstrumentReply? Instrument { get; init; }

    /// <summary>Number of funding payments in the range; null where none were asked for.</summary>
    [JsonPropertyName("funding_payments")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FundingPayments { get; init; }
}
