using System.Text.Json.Nodes;
using Runnel.Backtesting;

namespace Runnel.Cli.Output;

/// <summary>Strategies as JSON documents.</summary>
internal static class StrategyViews
{
    public static string Of(TradeDirection direction) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(direction.ToString());

    public static JsonObject Summary(StrategyInfo info) => new()
    {
        ["name"] = info.Name,
        ["title"] = info.Title,
        ["summary"] = info.Summary,
        ["aliases"] = new JsonArray([.. info.Aliases.Select(a => (JsonNode?)a)]),
        ["directions"] = new JsonArray([.. info.Directions.Select(d => (JsonNode?)Of(d))]),
        ["parameters"] = new JsonArray([.. info.Parameters.Select(p => (JsonNode)new JsonObject
        {
            ["name"] = p.Name,
            ["description"] = p.Description,
            ["default"] = p.Default,
            ["minimum"] = p.Minimum,
            ["maximum"] = p.Maximum,
            ["integer"] = p.IsInteger,
            ["required"] = p.IsRequired,
        })]),
    };

    public static JsonObject DeclaredSummary() => new()
    {
        ["name"] = DeclaredStrategy.Name,
        ["title"] = "Declared strategy",
        ["summary"] = "Rules written as expressions in strategy_config; docs/backtesting/declared-strategies.md has the grammar.",
        ["vocabulary"] = new JsonArray([.. DeclaredStrategy.Vocabulary.Select(w => (JsonNode)new JsonObject { ["signature"] = w.Signature, ["summary"] = w.Summary })]),
    };
}
