using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runnel.Optimization;

/// <summary>A point to run. As JSON <c>[17,[5,20]]</c>, or <c>[17,[5,20],0.25]</c> with a budget below 1.</summary>
/// <param name="Number">Its number, counted from 0 in the order in which a sampler asks; the same for every run of the same search.</param>
/// <param name="Point">What to run.</param>
[JsonConverter(typeof(TrialConverter))]
public sealed record Trial(int Number, Point Point)
{
    /// <summary>On which fraction of the range to run it, from above 0 to 1. Default: 1. Only values of trials with the same budget compare.</summary>
    public double Budget { get; init; } = 1;
}

internal sealed class TrialConverter : JsonConverter<Trial>
{
    private static readonly PointConverter Points = new();

    public override Trial Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || !reader.TryGetInt32(out int number) || !reader.Read())
            throw new JsonException("A trial is a list of its number, its point and perhaps its budget.");
        Trial trial = new(number, Points.Read(ref reader, typeof(Point), options));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            trial = trial with { Budget = reader.GetDouble() };
        return trial;
    }

    public override void Write(Utf8JsonWriter writer, Trial value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Number);
        Points.Write(writer, value.Point, options);
        if (value.Budget != 1)
            writer.WriteNumberValue(value.Budget);
        writer.WriteEndArray();
    }
}
