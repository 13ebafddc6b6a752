using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runnel.Optimization;

/// <summary>A place in a <see cref="ParameterSpace"/>: a number for each parameter in the order of the space, NaN for one without a part. As JSON
/// a plain list, <c>[5,20.5,null]</c>, which only its space can name.</summary>
[JsonConverter(typeof(PointConverter))]
public sealed class Point : IEquatable<Point>
{
    private readonly double[] numbers;

    /// <summary>A place.</summary>
    /// <param name="numbers">A number for each parameter: the value itself, or the index of a choice; NaN for no part.</param>
    public Point(params ReadOnlySpan<double> numbers) => this.numbers = numbers.ToArray();

    /// <summary>The numbers in the order of the parameters.</summary>
    public ReadOnlySpan<double> Numbers => numbers;

    /// <inheritdoc/>
    public bool Equals(Point? other) => other is not null && numbers.AsSpan().SequenceEqual(other.numbers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Point);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (double number in numbers)
            hash.Add(number);
        return hash.ToHashCode();
    }

    /// <summary>As in JSON.</summary>
    /// <returns>The list.</returns>
    public override string ToString() =>
        $"[{string.Join(',', numbers.Select(n => double.IsNaN(n) ? "null" : n.ToString(CultureInfo.InvariantCulture)))}]";
}

internal sealed class PointConverter : JsonConverter<Point>
{
    public override Point Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A point is a list of numbers.");
        List<double> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            numbers.Add(reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble());
        return new Point([.. numbers]);
    }

    public override void Write(Utf8JsonWriter writer, Point value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (double number in value.Numbers)
        {
            if (double.IsNaN(number))
                writer.WriteNullValue();
            else
                writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
