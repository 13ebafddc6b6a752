using System.Globalization;
using System.Text.Json;
using Runnel.Shared;

namespace Runnel.Trading;

/// <summary>The fields of one JSON object, read one by one; what is wrong is collected, not thrown, so that a sender learns all of it at once.
/// A read that fails gives a stand-in, so that the other fields can still be checked.</summary>
internal sealed class PayloadFields
{
    private readonly string prefix;
    private readonly Dictionary<string, JsonElement> fields = [];
    private readonly List<string> known = [];
    private readonly List<KeyValuePair<string, string>> failures;

    /// <param name="json">An object; anything else is a failure of <paramref name="name"/>.</param>
    /// <param name="name">What the object is called: <c>payload</c>, or a field of it.</param>
    /// <param name="prefix">What stands before its fields in messages.</param>
    /// <param name="failures">Where failures go.</param>
    public PayloadFields(JsonElement json, string name, string prefix, List<KeyValuePair<string, string>> failures)
    {
        (this.prefix, this.failures) = (prefix, failures);
        if (json.ValueKind != JsonValueKind.Object)
        {
            Add(name, $"{name} is {Show(json)}. Give a JSON object.");
            IsUsable = false;
            return;
        }

        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!fields.TryAdd(property.Name, property.Value))
                Fail(property.Name, $"is given twice. Remove one.");
        }
    }

    public bool IsUsable { get; } = true;

    public IEnumerable<string> Names => fields.Keys;

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => fields.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A field by its name or an alias; JSON null counts as absent.</summary>
    public JsonElement? Find(string name, params ReadOnlySpan<string> aliases)
    {
        known.Add(name);
        JsonElement? found = Take(name);
        foreach (string alias in aliases)
        {
            if (Take(alias) is { } other)
            {
                if (found is not null)
                    Fail(alias, $"means the same as {prefix}{name}, which is given too. Remove one.");
                found ??= other;
            }
        }

        return found;
    }

    /// <summary>A field's text without reading it: it has to be read by another still.</summary>
    public string? Peek(string name) => fields.TryGetValue(name, out JsonElement value)
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    public string? Text(string name, string remedy, params ReadOnlySpan<string> aliases)
    {
        if (Find(name, aliases) is not { } value)
            return Missing<string>(name, remedy);
        string? text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Trim(),
            JsonValueKind.Number => value.GetRawText(), // ids and intervals are often numbers where they come from
            _ => null,
        };
        if (!string.IsNullOrEmpty(text))
            return text;
        Fail(name, $"is {Show(value)}. {remedy}");
        return null;
    }

    public double? Number(string name, string remedy, params ReadOnlySpan<string> aliases) => Find(name, aliases) is { } value ? Number(name, value, remedy) : null;

    public double? RequiredNumber(string name, string remedy) => Find(name) is { } value ? Number(name, value, remedy) : Missing<double?>(name, remedy);

    public double? Number(string name, JsonElement value, string remedy)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number))
            return number;
        bool quoted = value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double inside) && double.IsFinite(inside);
        Fail(name, $"is {Show(value)}. {(quoted ? "Give it as a number, without quotes. " : "")}{remedy}");
        return null;
    }

    /// <summary>A whole number within a range, or what is usual where it is not given.</summary>
    public int Whole(string name, int usual, int least, int most) => OptionalWhole(name, least, most) ?? usual;

    /// <summary>A whole number within a range; null where it is not given.</summary>
    public int? OptionalWhole(string name, int least, int most)
    {
        string remedy = string.Create(CultureInfo.InvariantCulture, $"Give a whole number from {least} to {most}.");
        if (Number(name, remedy) is not { } value)
            return null;
        if (value >= least && value <= most && value == Math.Floor(value))
            return (int)value;
        Fail(name, FormattableString.Invariant($"is {value}. {remedy}"));
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fail(name, $"is {Show(value)}. Give true or false.");
        return null;
    }

    public T? Missing<T>(string name, string remedy)
    {
        Fail(name, $"is missing. {remedy}");
        return default;
    }

    public void Fail(string name, string problem) => Add(prefix + name, $"{prefix}{name} {problem}");

    /// <summary>Fails every field that nobody asked for: a misspelt option would otherwise be a default that nobody notices.</summary>
    public void RefuseUnknown()
    {
        foreach (string name in fields.Keys)
        {
            string? near = Spelling.Nearest(name, known);
            Fail(name, near is null ? $"is not known. Remove it; the fields are {string.Join(", ", known)}." : $"is not known. Did you mean {prefix}{near}?");
        }
    }

    /// <summary>A value as the sender wrote it, shortened.</summary>
    public static string Show(JsonElement value)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.Undefined => "empty",
            JsonValueKind.String => $"'{value.GetString()}'",
            _ => value.GetRawText(),
        };
        return text.Length <= 80 ? text : text[..80] + "…";
    }

    private void Add(string field, string message) => failures.Add(new KeyValuePair<string, string>(field, message));

    private JsonElement? Take(string name) => fields.Remove(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
