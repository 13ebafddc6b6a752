using System.Text.Json.Nodes;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>JSON schemas (draft 2020-12) of the <c>strategy_config</c> of a payload.</summary>
public static class StrategySchema
{
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>The schema for a strategy that has a name.</summary>
    /// <param name="info">The strategy.</param>
    /// <returns>A new document.</returns>
    /// <remarks>Names that the handler understands beside these (aliases, <c>fast_period</c> for <c>fast</c>) are not in it.</remarks>
    public static JsonObject Of(StrategyInfo info)
    {
        JsonObject properties = [];
        foreach (StrategyParameter parameter in info.Parameters)
        {
            properties[parameter.Name] = new JsonObject
            {
                ["type"] = parameter.IsInteger ? "integer" : "number",
                ["default"] = parameter.Default,
                ["minimum"] = parameter.Minimum,
                ["maximum"] = parameter.Maximum,
                ["description"] = parameter.Description,
            };
        }

        JsonObject parameters = new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        string[] required = [.. info.Parameters.Where(p => p.IsRequired).Select(p => p.Name)];
        if (required.Length > 0)
        {
            parameters["anyOf"] = new JsonArray(
                new JsonObject { ["maxProperties"] = 0 }, new JsonObject { ["required"] = new JsonArray([.. required.Select(r => (JsonNode?)r)]) });
        }

        return Document(info.Title, info.Summary, new JsonObject { ["name"] = new JsonObject { ["const"] = info.Name }, ["params"] = parameters }, "name");
    }

    /// <summary>The schema of a declared strategy. Expressions are text to it; the handler checks them.</summary>
    /// <returns>A new document.</returns>
    public static JsonObject OfDeclared()
    {
        JsonObject numbers = new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "number" }, ["maxProperties"] = 64 };
        JsonObject range = new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "number" },
            ["minItems"] = 2,
            ["maxItems"] = 2,
        };
        return Document("Declared strategy", "Rules written as expressions.", new JsonObject
        {
            ["name"] = new JsonObject { ["enum"] = new JsonArray(DeclaredStrategy.Name, "expression") },
            ["params"] = numbers,
            ["ranges"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = range },
            ["let"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = Expression(), ["maxProperties"] = 64 },
            ["require"] = Expression(),
            ["entry"] = OneOf(Expression(), Object("long", "short")),
            ["exit"] = OneOf(Expression(), Object("long", "short")),
            ["limit"] = OneOf(Text(), Object("price", "distance", "percent"), Object("long", "short")),
            ["stop"] = OneOf(Text(), Object("price", "distance", "percent"), Object("long", "short")),
            ["good_for_bars"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 1_000_000, ["default"] = 1 },
            ["stop_loss"] = OneOf(Text(), Object("price", "distance", "percent"), Object("long", "short")),
            ["take_profit"] = OneOf(Text(), Object("price", "distance", "percent"), Object("long", "short")),
            ["trailing_stop"] = OneOf(Text(), Object("distance", "percent"), Object("long", "short")),
            ["size"] = OneOf(Expression(), Object("fraction", "units", "cash", "risk")),
            ["max_open"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 1000, ["default"] = 1 },
        }, "entry");
    }

    private static JsonObject Text() => new() { ["type"] = "string", ["maxLength"] = 4000 };

    private static JsonObject Expression() => new() { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = 4000 };

    private static JsonObject Object(params string[] names) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject([.. names.Select(n => KeyValuePair.Create(n, (JsonNode?)(names[0] == "long" ? Expression() : OneOf(Expression(), Sides()))))]),
        ["additionalProperties"] = false,
        ["minProperties"] = 1,
    };

    private static JsonObject Sides() => Object("long", "short");

    private static JsonObject OneOf(params JsonObject[] choices) => new() { ["anyOf"] = new JsonArray([.. choices.Select(c => (JsonNode?)c)]) };

    private static JsonObject Document(string title, string description, JsonObject properties, string required) => new()
    {
        ["$schema"] = Draft,
        ["title"] = title,
        ["description"] = description,
        ["type"] = "object",
        ["properties"] = properties,
        ["required"] = new JsonArray(required),
        ["additionalProperties"] = false,
    };
}
