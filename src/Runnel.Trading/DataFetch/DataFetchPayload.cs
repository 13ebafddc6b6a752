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

    /// <summary>Length of a bar: 1m, 4h, 1d, or in Bybit's words 1, 240, D.</summary>
    [JsonPropertyName("interval")]
    public required string Interval { get; init; }

    /// <summary><c>spot</c>, <c>linear</c> or <c>inverse</c>. Default: linear.</summary>
    [JsonPropertyName("category")]
    public string Category { get; init; } = "linear";

    /// <summary>First moment at which a wanted bar may open.</summary>
    [JsonPropertyName("start_date")]
    public required DateTimeOffset StartDate { get; init; }

    /// <summary>First moment at which a bar is no longer wanted; null: up to the last bar that has closed.</summary>
    [JsonPropertyName("end_date")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndDate { get; init; }

    /// <summary>Whether bars that are stored are fetched again and replaced. Default: false.</summary>
    [JsonPropertyName("force_refresh")]
    public bool ForceRefresh { get; init; }

    /// <summary>The payload that fetches a range.</summary>
    public static DataFetchPayload Of(KlineRequest request, bool forceRefresh = false) => new()
    {
        Symbol = request.Symbol,
        Interval = request.Interval.Name,
        Category = SnakeCase.Of(request.Category.ToString()),
        StartDate = request.From,
        EndDate = request.To,
        ForceRefresh = forceRefresh,
    };

    /// <summary>Options under which two submissions of the same range share one task, which outlasts an exchange that is down for some 45 minutes.</summary>
    public SubmitOptions SubmitOptions()
    {
        string end = EndDate?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "now";
        return new SubmitOptions
        {
            MaxRetries = 15,
            Retry = RetryPolicy.Exponential(cap: TimeSpan.FromMinutes(5), jitter: 0.2),
            Unique = new UniqueOptions(string.Create(CultureInfo.InvariantCulture, $"{TaskType}:{Category}:{Symbol}:{Interval}:{StartDate.ToUnixTimeMilliseconds()}:{end}{(ForceRefresh ? ":refresh" : "")}")),
        };
    }

    /// <summary>Reads and checks a payload as the handler does.</summary>
    /// <exception cref="PayloadException">Something is wrong; names every wrong field at once.</exception>
    public static DataFetchPayload Parse(JsonElement json)
    {
        (KlineRequest request, bool refresh, bool open) = Read(json);
        DataFetchPayload payload = Of(request, refresh);
        return open ? payload with { EndDate = null } : payload;
    }

    internal static (KlineRequest Request, bool Refresh, bool Open) Read(JsonElement json)
    {
        List<KeyValuePair<string, string>> failures = [];
        PayloadFields fields = new(json, "payload", "", failures);
        if (!fields.IsUsable)
            throw new PayloadException(failures);
        bool open = !fields.Has("end_date");
        KlineRequest? request = PayloadMarket.Read(fields, open: new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));
        bool refresh = fields.Flag("force_refresh") ?? false;
        fields.RefuseUnknown();
        return failures.Count > 0 || request is null ? throw new PayloadException(failures) : (request, refresh, open);
    }
}
