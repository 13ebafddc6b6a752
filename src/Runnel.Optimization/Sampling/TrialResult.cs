using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runnel.Optimization;

/// <summary>What a trial came to. As JSON <c>[17,1.25]</c>, with null for a value that there is not.</summary>
[JsonConverter(typeof(TrialResultConverter))]
public sealed class TrialResult
{
    /// <summary>What a trial came to.</summary>
    /// <param name="number">Number of the trial.</param>
    /// <param name="values">A value for each metric; one that is not finite means that the trial failed, or that the metric is undefined for it:
    /// worse than every number.</param>
    public TrialResult(int number, params ReadOnlySpan<double> values)
    {
        Number = number;
        Values = values.ToArray();
    }

    /// <summary>Number of the trial.</summary>
    public int Number { get; }

    /// <summary>A value for each metric.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Value of the first metric.</summary>
    public double Value => Values[0];

    /// <summary>As a person reads it.</summary>
    /// <returns>Number and values.</returns>
    public override string ToString() => $"trial {Number}: {string.Join(", ", Values.Select(v => v.ToString(CultureInfo.InvariantCulture)))}";
}

internal sealed class TrialResultConverter : JsonConverter<TrialResult>
{
    public override TrialResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || !reader.TryGetInt32(out int number))
            throw new JsonException("A result is a list of the trial's number and its values.");
        List<double> values = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble());
        return new TrialResult(number, [.. values]);
    }

    public override void Write(Utf8JsonWriter writer, TrialResult value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Number);
        foreach (double number in value.Values)
        {
            if (double.IsFinite(number))
                writer.WriteNumberValue(number);
            else
                writer.WriteNullValue();
        }

        writer.WriteEndArray();
    }
}
