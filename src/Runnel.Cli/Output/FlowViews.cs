using System.Globalization;
using System.Text.Json.Nodes;

namespace Runnel.Cli.Output;

/// <summary>Rules of flow control as JSON documents and tables.</summary>
internal static class FlowViews
{
    public static JsonObject Json(FlowStatus status) => new JsonObject
    {
        ["paused"] = status.Paused,
        ["types"] = new JsonArray([.. status.Types.Select(type => (JsonNode?)new JsonObject
        {
            ["type"] = type.Type,
            ["paused"] = type.Paused,
            ["limit"] = type.Limit,
            ["rate"] = Json(type.Rate),
            ["admitted"] = type.Admitted,
            ["set_aside"] = type.Parked,
            ["in_sidings"] = type.InSidings,
        })]),
        ["groups"] = new JsonArray([.. status.Groups.Select(group => (JsonNode?)new JsonObject
        {
            ["group"] = group.Group,
            ["weight"] = group.Weight,
            ["limit"] = group.Limit,
            ["waiting"] = group.Waiting,
            ["admitted"] = group.Admitted,
        })]),
        ["rates"] = new JsonObject(status.Rates.OrderBy(rate => rate.Key, StringComparer.Ordinal).Select(rate => KeyValuePair.Create(rate.Key, (JsonNode?)Json(rate.Value)))),
    };

    public static void Print(FlowStatus status)
    {
        if (status.Paused)
            Console.Out.WriteLine("The queue is paused; go on with: runnel resume");
        if (status.Types.Count > 0)
        {
            TextOutput.Table(["type", "paused", "limit", "rate", "admitted", "set aside", "in sidings"],
                [.. status.Types.Select(t => new[] { t.Type, t.Paused ? "yes" : "", Limit(t.Limit), Rate(t.Rate), $"{t.Admitted}", $"{t.Parked}", $"{t.InSidings}" })]);
        }

        if (status.Groups.Count > 0)
        {
            TextOutput.Table(["group", "weight", "limit", "waiting", "admitted"],
                [.. status.Groups.Select(g => new[] { g.Group, g.Weight.ToString(CultureInfo.InvariantCulture), Limit(g.Limit), $"{g.Waiting}", $"{g.Admitted}" })]);
        }

        if (status.Rates.Count > 0)
            TextOutput.Table(["rate key", "rate"], [.. status.Rates.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new[] { r.Key, Rate(r.Value) })]);
        if (status is { Paused: false, Types.Count: 0, Groups.Count: 0, Rates.Count: 0 })
            Console.Out.WriteLine("No rules, and no group has tasks.");
    }

    public static string Limit(int? limit) => limit is null ? "no limit" : $"limit {limit}";

    public static string Rate(RateLimit? rate) => rate is null
        ? "no rate"
        : string.Create(CultureInfo.InvariantCulture, $"one in {(rate.Per / rate.Count).TotalSeconds:0.######} s, burst {rate.Burst}");

    private static JsonObject? Json(RateLimit? rate) => rate is null
        ? null
        : new JsonObject { ["interval_seconds"] = (rate.Per / rate.Count).TotalSeconds, ["burst"] = rate.Burst };
}
