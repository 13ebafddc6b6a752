using System.Text.Json.Serialization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>The result of a task of type <c>data_fetch</c>. Where funding was fetched, a bar is a payment, and no gaps are told.</summary>
public sealed record DataFetchReply
{
    private const int MostOutages = 100;

    /// <summary>Instrument.</summary>
    [JsonPropertyName("symbol")]
    public required string Symbol { get; init; }

    /// <summary>What was fetched: klines, mark_price, index_price, funding or instrument.</summary>
    [JsonPropertyName("data")]
    public required string Data { get; init; }

    /// <summary>Length of a bar; null for funding and instruments.</summary>
    [JsonPropertyName("interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Interval { get; init; }

    /// <summary>Kind of market.</summary>
    [JsonPropertyName("category")]
    public required string Category { get; init; }

    /// <summary>Rows that the exchange sent; 0 where everything was stored already.</summary>
    [JsonPropertyName("rows_fetched")]
    public required long RowsFetched { get; init; }

    /// <summary>Bars that were new to the store, or other than before.</summary>
    [JsonPropertyName("rows_stored")]
    public required long RowsStored { get; init; }

    /// <summary>Bars of the range in the store now.</summary>
    [JsonPropertyName("bars")]
    public required long Bars { get; init; }

    /// <summary>Open time of the first of them (UTC); null where there is none.</summary>
    [JsonPropertyName("first_bar")]
    public required DateTimeOffset? FirstBar { get; init; }

    /// <summary>Open time of the last of them (UTC); null where there is none.</summary>
    [JsonPropertyName("last_bar")]
    public required DateTimeOffset? LastBar { get; init; }

    /// <summary>Holes in the range for which the exchange has no bars: its outages. Nothing is filled in.</summary>
    [JsonPropertyName("gaps_found")]
    public required int GapsFound { get; init; }

    /// <summary>Bars absent in those holes.</summary>
    [JsonPropertyName("bars_missing")]
    public required long BarsMissing { get; init; }

    /// <summary>Stretches of the range that the store lacked and now has.</summary>
    [JsonPropertyName("gaps_filled")]
    public required int GapsFilled { get; init; }

    /// <summary>The holes, the first 100 of them.</summary>
    [JsonPropertyName("outages")]
    public required IReadOnlyList<DataOutage> Outages { get; init; }

    /// <summary>XXH128 over the stored series, in hex: the same bars have the same one.</summary>
    [JsonPropertyName("checksum")]
    public required string Checksum { get; init; }

    /// <summary>The instrument that was asked for; null where bars or payments were.</summary>
    [JsonPropertyName("instrument")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InstrumentReply? Instrument { get; init; }

    /// <summary>What a fetch of bars did, as the task tells it.</summary>
    public static DataFetchReply Of(KlineRequest request, KlineFetchResult result) => Of(DataFetchPayload.Of(request), result);

    /// <summary>What a fetch of funding payments did, as the task tells it.</summary>
    public static DataFetchReply Of(FundingRequest request, KlineFetchResult result) => Of(DataFetchPayload.Of(request), result);

    /// <summary>What the exchange says of an instrument, as the task tells it.</summary>
    /// <param name="instrument">What is stored now.</param>
    /// <param name="rows">1 where the exchange was asked, 0 where it was stored already.</param>
    public static DataFetchReply Of(BybitInstrument instrument, int rows) => new()
    {
        Symbol = instrument.Symbol,
        Data = SnakeCase.Of(nameof(DataFetchKind.Instrument)),
        Category = SnakeCase.Of(instrument.Category.ToString()),
        RowsFetched = rows,
        RowsStored = rows,
        Bars = 0,
        FirstBar = null,
        LastBar = null,
        GapsFound = 0,
        BarsMissing = 0,
        GapsFilled = 0,
        Outages = [],
        Checksum = "",
        Instrument = InstrumentReply.Of(instrument),
    };

    private static DataFetchReply Of(DataFetchPayload payload, KlineFetchResult result) => new()
    {
        Symbol = payload.Symbol,
        Data = payload.Data ?? SnakeCase.Of(nameof(DataFetchKind.Klines)),
        Interval = payload.Interval,
        Category = payload.Category,
        RowsFetched = result.RowsFetched,
        RowsStored = result.RowsStored,
        Bars = result.Bars,
        FirstBar = result.First,
        LastBar = result.Last,
        GapsFound = result.Gaps.Count,
        BarsMissing = result.Gaps.Sum(g => g.Bars),
        GapsFilled = result.GapsFilled,
        Outages = [.. result.Gaps.Take(MostOutages).Select(g => new DataOutage(
            DateTimeOffset.FromUnixTimeMilliseconds(g.Range.From), DateTimeOffset.FromUnixTimeMilliseconds(g.Range.To), g.Bars))],
        Checksum = result.Checksum,
    };
}
