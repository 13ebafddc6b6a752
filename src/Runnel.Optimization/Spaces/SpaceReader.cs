using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>Reads <c>param_space</c> and <c>constraints</c> of a payload.</summary>
/// <remarks>Each parameter is a list, <c>"fast": [5, 10, 20]</c>, a single value, which holds it fixed, or an object: <c>{"type": "int", "low": 5, "high": 50, "step": 1, "log": false}</c>,
/// <c>{"type": "float", "low": 0.001, "high": 1, "log": true}</c>, <c>{"type": "categorical", "choices": ["ema", "sma"]}</c>. Any object may have
/// <c>"when"</c>: an expression (<c>"exit == 'trailing'"</c>), or names with a value or a list of values, all of which must match
/// (<c>{"exit": ["trailing", "atr"]}</c>).</remarks>
public static class SpaceReader
{
    /// <summary>Reads a space.</summary>
    /// <param name="space">The object with a member for each parameter.</param>
    /// <param name="constraints">An expression or a list of them; null for none.</param>
    /// <returns>The space.</returns>
    /// <exception cref="BacktestInputException">A member is missing, unknown or makes no sense; it names the member as <c>param_space.NAME.MEMBER</c>.</exception>
    public static ParameterSpace Read(JsonElement space, JsonElement? constraints = null)
    {
        if (space.ValueKind != JsonValueKind.Object)
            throw Wrong("param_space", space, "Give an object with a member for each parameter, for instance {\"fast\": [5, 10, 20]}.");
        List<Parameter> parameters = [];
        foreach (JsonProperty member in space.EnumerateObject())
        {
            try
            {
                parameters.Add(ReadParameter(member.Name, member.Value));
            }
            catch (BacktestInputException e) when (!e.Field.StartsWith("param_space", StringComparison.Ordinal))
            {
                throw new BacktestInputException($"param_space.{e.Field}", e.Value, e.Remedy);
            }
        }

        return new ParameterSpace(parameters, constraints is { } given ? ReadConstraints(given) : null);
    }

    private static Parameter ReadParameter(string name, JsonElement value)
    {
        string field = $"param_space.{name}";
        if (value.ValueKind == JsonValueKind.Array)
            return new ChoiceParameter(name, ReadChoices(field, value));
        if (value.ValueKind is JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False)
            return new ChoiceParameter(name, [ReadValue(field, value)]);
        if (value.ValueKind != JsonValueKind.Object)
            throw Wrong(field, value, "Give a value, a list of values, or an object with a type (int, float or categorical).");

        Members members = new(field, value);
        string type = members.Text("type") ?? (value.TryGetProperty("choices", out _) ? "categorical" : "missing");
        string? when = members.Take("when") is { } condition ? ReadCondition(field, condition) : null;
        Parameter parameter = type switch
        {
            "int" or "integer" => new IntParameter(name, members.Integer("low"), members.Integer("high"), members.Integer("step", 1), members.Flag("log")) { When = when },
            "float" or "uniform" or "number" => new FloatParameter(name, members.Number("low")!.Value, members.Number("high")!.Value,
                members.Number("step", required: false), members.Flag("log"))
            { When = when },
            "loguniform" or "log" => new FloatParameter(name, members.Number("low")!.Value, members.Number("high")!.Value, null, log: true) { When = when },
            "categorical" or "choice" or "choices" => new ChoiceParameter(name, ReadChoices($"{field}.choices", members.Take("choices")
                ?? throw new BacktestInputException($"{field}.choices", null, "Give a list of values.")))
            { When = when },
            "bool" or "boolean" => new ChoiceParameter(name, [ParameterValue.Of(false), ParameterValue.Of(true)]) { When = when },
            _ => throw new BacktestInputException($"{field}.type", type, "Give int, float, categorical or bool."),
        };
        members.RefuseOthers();
        return parameter;
    }

    private static List<ParameterValue> ReadChoices(string field, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw Wrong(field, list, "Give a list of values.");
        return [.. list.EnumerateArray().Select((item, i) => ReadValue($"{field}[{i}]", item))];
    }

    private static ParameterValue ReadValue(string field, JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.Number when double.IsFinite(item.GetDouble()) => ParameterValue.Of(item.GetDouble()),
        JsonValueKind.String => ParameterValue.Of(item.GetString()!),
        JsonValueKind.True or JsonValueKind.False => ParameterValue.Of(item.GetBoolean()),
        _ => throw Wrong(field, item, "Give a number, a text, true or false."),
    };

    private static string ReadCondition(string field, JsonElement when)
    {
        if (when.ValueKind == JsonValueKind.String)
            return when.GetString()!;
        if (when.ValueKind != JsonValueKind.Object || !when.EnumerateObject().Any())
            throw Wrong($"{field}.when", when, "Give an expression, or an object such as {\"exit\": \"trailing\"}.");
        return string.Join(" and ", when.EnumerateObject().Select(member =>
        {
            IEnumerable<JsonElement> values = member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray() : [member.Value];
            return $"({string.Join(" or ", values.Select(v => $"{member.Name} == {Literal($"{field}.when.{member.Name}", v)}"))})";
        }));
    }

    private static string Literal(string field, JsonElement item)
    {
        ParameterValue value = ReadValue(field, item);
        if (value.Kind != ParameterValueKind.Text)
            return value.ToString();
        return $"'{value.Text!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
    }

    private static List<string> ReadConstraints(JsonElement constraints)
    {
        if (constraints.ValueKind == JsonValueKind.Null)
            return [];
        if (constraints.ValueKind == JsonValueKind.String)
            return [constraints.GetString()!];
        if (constraints.ValueKind != JsonValueKind.Array || constraints.EnumerateArray().Any(c => c.ValueKind != JsonValueKind.String))
            throw Wrong("constraints", constraints, "Give an expression such as \"fast < slow\", or a list of them.");
        return [.. constraints.EnumerateArray().Select(c => c.GetString()!)];
    }

    private static BacktestInputException Wrong(string field, JsonElement value, string remedy)
    {
        string text = value.GetRawText();
        return new BacktestInputException(field, text.Length <= 80 ? text : $"{text[..77]}...", remedy);
    }

    /// <summary>The members of an object, each taken once; what is left over was misspelled.</summary>
    private sealed class Members(string field, JsonElement value)
    {
        private readonly HashSet<string> taken = new(StringComparer.Ordinal);

        public JsonElement? Take(string name)
        {
            taken.Add(name);
            return value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;
        }

        public string? Text(string name) => Take(name) is not { } member ? null
            : member.ValueKind == JsonValueKind.String ? member.GetString()
            : throw Wrong($"{field}.{name}", member, "Give a text.");

        public bool Flag(string name) => Take(name) is { } member && (member.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? member.GetBoolean()
            : throw Wrong($"{field}.{name}", member, "Give true or false."));

        public double? Number(string name, bool required = true) => Take(name) is { } member
            ? member.ValueKind == JsonValueKind.Number ? member.GetDouble() : throw Wrong($"{field}.{name}", member, "Give a number.")
            : required ? throw new BacktestInputException($"{field}.{name}", null, "Give a number.") : null;

        public long Integer(string name, long? absent = null)
        {
            if (Number(name, required: absent is null) is not { } number)
                return absent!.Value;
            return number == Math.Floor(number) && Math.Abs(number) <= 1L << 53
                ? (long)number
                : throw new BacktestInputException($"{field}.{name}", number, "Give a whole number, or the type float.");
        }

        public void RefuseOthers()
        {
            if (value.EnumerateObject().Select(m => m.Name).FirstOrDefault(name => !taken.Contains(name)) is { } unknown)
                throw new BacktestInputException($"{field}.{unknown}", "no member of this type of parameter", $"Give only {string.Join(", ", taken.Order(StringComparer.Ordinal))}.");
        }
    }
}
