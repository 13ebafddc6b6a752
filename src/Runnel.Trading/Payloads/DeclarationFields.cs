using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The fields of a declared strategy. An expression is text; a bare number or truth value is taken as one too.</summary>
internal sealed class DeclarationFields(PayloadFields config, List<KeyValuePair<string, string>> failures)
{
    private const string Prefix = "strategy_config.";
    private readonly Dictionary<string, string> written = []; // the engine's name of a field -> how this payload wrote it

    /// <summary>Reports a failure under the name that the sender used, once.</summary>
    public void Report(string field, string problem)
    {
        string name = Prefix + written.GetValueOrDefault(field, field);
        KeyValuePair<string, string> failure = new(name, name + problem);
        if (!failures.Contains(failure))
            failures.Add(failure);
    }

    public string? Expression(string name) => config.Find(name) is { } json ? Text(name, json) : null;

    /// <summary>A rule for both sides: of an entry, text alone is the long one; of an exit, it is both.</summary>
    public (string? Long, string? Short) Sides(string name, bool isExit)
    {
        if (config.Find(name) is not { } json)
            return default;
        if (json.ValueKind == JsonValueKind.Object)
            return Pair(name, json);
        written[$"{name}.long"] = written[$"{name}.short"] = name;
        string? text = Text(name, json);
        return (text, isExit ? text : null);
    }

    public Dictionary<string, string> Let()
    {
        Dictionary<string, string> let = [];
        if (config.Find("let") is not { } json)
            return let;
        PayloadFields fields = new(json, Prefix + "let", Prefix + "let.", failures);
        foreach (string name in fields.Names.ToArray())
        {
            if (fields.Find(name) is { } value && Text($"let.{name}", value) is { } text)
                let.Add(name, text);
        }

        return let;
    }

    public Dictionary<string, ParameterRange> Ranges()
    {
        Dictionary<string, ParameterRange> ranges = [];
        if (config.Find("ranges") is not { } json)
            return ranges;
        PayloadFields fields = new(json, Prefix + "ranges", Prefix + "ranges.", failures);
        foreach (string name in fields.Names.ToArray())
        {
            if (fields.Find(name) is not { } value)
                continue;
            double[] bounds = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(b => b.ValueKind == JsonValueKind.Number && b.TryGetDouble(out double n) ? n : double.NaN)] : [];
            if (bounds.Length == 2)
                ranges.Add(name, new ParameterRange(bounds[0], bounds[1]));
            else
                fields.Fail(name, $"is {PayloadFields.Show(value)}. Give [smallest, largest].");
        }

        return ranges;
    }

    /// <summary>A whole number from 1 on; 1 where nothing is given.</summary>
    public int Whole(string name, string unit, int most)
    {
        string remedy = $"Give a whole number of {unit} from 1 to {most}.";
        if (config.Number(name, remedy) is not { } value)
            return 1;
        if (value == Math.Floor(value) && value >= 1 && value <= most)
            return (int)value;
        config.Fail(name, FormattableString.Invariant($"is {value}. {remedy}"));
        return 1;
    }

    public DeclaredLevel? Level(string name)
    {
        if (config.Find(name) is not { } json)
            return null;
        bool isTrail = name == "trailing_stop";
        if (json.ValueKind == JsonValueKind.String)
            return Text(name, json) is { } text ? new DeclaredLevel(isTrail ? DeclaredLevelKind.Distance : DeclaredLevelKind.Price, text) : null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            config.Fail(name, $"is {PayloadFields.Show(json)}. Give {(isTrail ? "a distance" : "a price")} as an expression in quotes, {{\"percent\": 2}} or {{\"distance\": \"2 * atr(14)\"}}.");
            return null;
        }

        if (json.TryGetProperty("long", out _) || json.TryGetProperty("short", out _))
            return Level(name, isTrail ? DeclaredLevelKind.Distance : DeclaredLevelKind.Price, json);
        return Only(name, json, isTrail ? ["distance", "percent"] : ["price", "distance", "percent"]) is { } only
            ? Level(name, Enum.Parse<DeclaredLevelKind>(only.Name, ignoreCase: true), only.Value)
            : null;
    }

    public DeclaredSize? Size()
    {
        if (config.Find("size") is not { } json)
            return null;
        if (json.ValueKind != JsonValueKind.Object)
            return Text("size", json) is { } fraction ? new DeclaredSize(SizeKind.Fraction, fraction) : null;
        if (Only("size", json, ["fraction", "units", "cash", "risk"]) is not { } only || Text($"size.{only.Name}", only.Value) is not { } text)
            return null;
        written["size"] = $"size.{only.Name}";
        return new DeclaredSize(Enum.Parse<SizeKind>(only.Name, ignoreCase: true), text);
    }

    private DeclaredLevel? Level(string name, DeclaredLevelKind kind, JsonElement json)
    {
        string field = json.ValueKind == JsonValueKind.Object && kind != DeclaredLevelKind.Price ? $"{name}.{kind.ToString().ToLowerInvariant()}" : name;
        if (json.ValueKind != JsonValueKind.Object)
            return Text(field, json) is { } both ? new DeclaredLevel(kind, both) : null;
        (string? ofLong, string? ofShort) = Pair(field, json);
        string? either = ofLong ?? ofShort;
        return either is null ? null : new DeclaredLevel(kind, either, ofShort ?? either);
    }

    private (string? Long, string? Short) Pair(string name, JsonElement json)
    {
        PayloadFields sides = new(json, Prefix + name, $"{Prefix}{name}.", failures);
        (string?, string?) pair = (sides.Find("long") is { } ofLong ? Text($"{name}.long", ofLong) : null, sides.Find("short") is { } ofShort ? Text($"{name}.short", ofShort) : null);
        sides.RefuseUnknown();
        return pair;
    }

    private (string Name, JsonElement Value)? Only(string name, JsonElement json, string[] known)
    {
        JsonProperty[] given = [.. json.EnumerateObject().Take(2)];
        if (given.Length == 1 && known.Contains(given[0].Name))
            return (given[0].Name, given[0].Value);
        config.Fail(name, $"is {PayloadFields.Show(json)}. Give one of {string.Join(", ", known)}, for instance {{\"{known[^1]}\": 2}}.");
        return null;
    }

    private string? Text(string name, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return json.GetRawText();
            default:
                config.Fail(name, $"is {PayloadFields.Show(json)}. Give an expression in quotes, for instance \"close > ema(close, 20)\".");
                return null;
        }
    }
}
