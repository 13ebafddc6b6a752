using System.Globalization;
using System.Text.Json.Nodes;
using Runnel.MarketData;

namespace Runnel.Cli.Output;

/// <summary>Stored klines as JSON documents and fields.</summary>
internal static class DataViews
{
    public static string Word(KlineCategory category) => category.ToString().ToLowerInvariant();

    public static string Word(BybitPrice price) => price.ToString().ToLowerInvariant();

    public static string Minute(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static JsonNode Json(StoredSeries stored) => new JsonObject
    {
        ["symbol"] = stored.Series.Symbol,
        ["data"] = stored.Series.Price == BybitPrice.Traded ? "klines" : $"{Word(stored.Series.Price)}_price",
        ["interval"] = stored.Series.Interval.Name,
        ["category"] = Word(stored.Series.Category),
        ["bars"] = stored.Bars,
        ["first_bar"] = stored.First is { } first ? Words.Iso(first) : null,
        ["last_bar"] = stored.Last is { } last ? Words.Iso(last) : null,
        ["bars_missing"] = stored.MissingBars,
        ["covered"] = new JsonArray([.. stored.Covered.Select(Json)]),
        ["origins"] = new JsonArray([.. stored.Origins.Select(o => (JsonNode?)o)]),
        ["files"] = stored.Files,
        ["bytes"] = stored.Bytes,
        ["checksum"] = stored.Checksum,
        ["damaged"] = Json(stored.Damaged),
    };

    public static JsonNode Json(StoredFunding stored) => new JsonObject
    {
        ["symbol"] = stored.Series.Symbol,
        ["data"] = "funding",
        ["category"] = Word(stored.Series.Category),
        ["payments"] = stored.Payments,
        ["first_payment"] = stored.First is { } first ? Words.Iso(first) : null,
        ["last_payment"] = stored.Last is { } last ? Words.Iso(last) : null,
        ["covered"] = new JsonArray([.. stored.Covered.Select(Json)]),
        ["origins"] = new JsonArray([.. stored.Origins.Select(o => (JsonNode?)o)]),
        ["files"] = stored.Files,
        ["bytes"] = stored.Bytes,
        ["checksum"] = stored.Checksum,
        ["damaged"] = Json(stored.Damaged),
    };

    public static JsonNode Json(TimeRange range) => new JsonObject { ["from"] = Iso(range.From), ["to"] = Iso(range.To) };

    public static IEnumerable<(string Name, string? Value)> Fields(StoredSeries stored) =>
    [
        ("series", stored.Series.ToString()),
        ("bars", $"{stored.Bars}"),
        ("first bar", stored.First is { } first ? Minute(first) + " UTC" : null),
        ("last bar", stored.Last is { } last ? Minute(last) + " UTC" : null),
        ("missing", $"{stored.MissingBars} bars between first and last"),
        .. stored.Covered.Select(range => ("covered", (string?)range.ToString())),
        ("from", string.Join(", ", stored.Origins)),
        ("files", $"{stored.Files}"),
        ("bytes", stored.Bars == 0 ? $"{stored.Bytes}" : string.Create(CultureInfo.InvariantCulture, $"{stored.Bytes} ({(double)stored.Bytes / stored.Bars:0.0} a bar)")),
        ("checksum", stored.Checksum),
        .. stored.Damaged.Select(d => ("damaged", (string?)$"{d.Path}: {d.Problem}")),
    ];

    public static IEnumerable<(string Name, string? Value)> Fields(StoredFunding stored) =>
    [
        ("series", stored.Series.ToString()),
        ("payments", $"{stored.Payments}"),
        ("first", stored.First is { } first ? Minute(first) + " UTC" : null),
        ("last", stored.Last is { } last ? Minute(last) + " UTC" : null),
        .. stored.Covered.Select(range => ("covered", (string?)range.ToString())),
        ("from", string.Join(", ", stored.Origins)),
        ("files", $"{stored.Files}"),
        ("bytes", $"{stored.Bytes}"),
        ("checksum", stored.Checksum),
        .. stored.Damaged.Select(d => ("damaged", (string?)$"{d.Path}: {d.Problem}")),
    ];

    private static JsonArray Json(IReadOnlyList<DamagedFile> damaged) =>
        [.. damaged.Select(d => (JsonNode?)new JsonObject { ["path"] = d.Path, ["problem"] = d.Problem })];

    private static string Iso(long time) => Words.Iso(DateTimeOffset.FromUnixTimeMilliseconds(time));
}
