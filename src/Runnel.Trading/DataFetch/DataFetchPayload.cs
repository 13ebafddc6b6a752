using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>The payload of a task of type <c>data_fetch</c>.</summary>
public sealed record DataFetchPayload
{
    /// <summary>The task type.</summary>
    public const string TaskType = "data_fetch";

    /// <summary>Instrument, for instance <c>BTCUSDT</c>.</summary>
    [JsonPropertyName("symbol")]
    public required string Symbol { get; init; }

    /// <summary>What is fetched: <c>klines</c>, <c>mark_price</c>, <c>index_price</c> (bars of these prices), <c>funding</c> or <c>instrument</c>; null: klines. Default: null.</summary>
    [JsonPropertyName("data")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Data { get; init; }

    /// <summary>Length of a bar: 1m, 4h, 1d, or in Bybit's words 1, 240, D; null for funding and instruments, which have none.</summary>
    [JsonPropertyName("interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Interval { get; init; }

    /// <summary><c>spot</c>, <c>linear</c> or <c>inverse</c>. Default: linear.</summary>
    [JsonPropertyName("category")]
    public string Category { get; init; } = "linear";

    /// <summary>First moment at which a wanted bar may open; null for instruments.</summary>
    [JsonPropertyName("start_date")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartDate { get; init; }

    /// <summary>First moment at which a bar is no longer wanted; null: up to the last bar that has closed.</summary>
    [JsonPropertyName("end_date")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndDate { get; init; }

    /// <summary>Whether bars that are stored are fetched again and replaced. Default: false.</summary>
    [JsonPropertyName("force_refresh")]
    public bool ForceRefresh { get; init; }

    /// <summary>The payload that fetches bars.</summary>
    public static DataFetchPayload Of(KlineRequest request, bool forceRefresh = false) => new()
    {
        Symbol = request.Symbol,
        Data = request.Price switch { BybitPrice.Mark => Word(DataFetchKind.MarkPrice), BybitPrice.Index => Word(DataFetchKind.IndexPrice), _ => null },
        Interval = request.Interval.Name,
        Category = SnakeCase.Of(request.Category.ToString()),
        StartDate = request.From,
        EndDate = request.To,
        ForceRefresh = forceRefresh,
    };

    /// <summary>The payload that fetches funding payments.</summary>
    public static DataFetchPayload Of(FundingRequest request, bool forceRefresh = false) => new()
    {
        Symbol = request.Series.Symbol,
        Data = Word(DataFetchKind.Funding),
        Category = SnakeCase.Of(request.Series.Category.ToString()),
        StartDate = request.From,
        EndDate = request.To,
        ForceRefresh = forceRefresh,
    };

    /// <summary>The payload that fetches what the exchange says of an instrument.</summary>
    public static DataFetchPayload OfInstrument(KlineCategory category, string symbol, bool forceRefresh = false) => new()
    {
        Symbol = symbol,
        Data = Word(DataFetchKind.Instrument),
        Category = SnakeCase.Of(category.ToString()),
        ForceRefresh = forceRefresh,
    };

    /// <summary>Options under which two submissions of the same range share one task, which outlasts an exchange that is down for some 45 minutes.</summary>
    public SubmitOptions SubmitOptions()
    {
        string end = EndDate?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "now";
        string what = string.Join('.', new[] { Data == Word(DataFetchKind.Klines) ? null : Data, Interval }.Where(part => part is not null));
        return new SubmitOptions
        {
            MaxRetries = 15,
            Retry = RetryPolicy.Exponential(cap: TimeSpan.FromMinutes(5), jitter: 0.2),
            Unique = new UniqueOptions(string.Create(CultureInfo.InvariantCulture, $"{TaskType}:{Category}:{Symbol}:{what}:{StartDate?.ToUnixTimeMilliseconds()}:{end}{(ForceRefresh ? ":refresh" : "")}")),
        };
    }

    /// <summary>Reads and checks a payload as the handler does.</summary>
    /// <exception cref="PayloadException">Something is wrong; names every wrong field at once.</exception>
    public static DataFetchPayload Parse(JsonElement json)
    {
        DataFetchOrder order = DataFetchOrder.Of(json);
        DataFetchPayload payload = order.Kind == DataFetchKind.Instrument ? OfInstrument(order.Category, order.Symbol, order.Refresh)
            : order.Klines is { } klines ? Of(klines, order.Refresh) : Of(order.Funding!, order.Refresh);
        return order.IsOpen ? payload with { EndDate = null } : payload;
    }

    private static string Word(DataFetchKind kind) => SnakeCase.Of(kind.ToString());
}
