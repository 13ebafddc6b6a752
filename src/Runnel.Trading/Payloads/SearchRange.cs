using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>What a parameter may be in a search that samples. As JSON <c>{"type": "int", "low": 5, "high": 50}</c>.</summary>
public sealed record SearchRange
{
    /// <summary><c>int</c>, <c>float</c> or <c>categorical</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>Smallest value.</summary>
    [JsonPropertyName("low")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Low { get; init; }

    /// <summary>Largest value.</summary>
    [JsonPropertyName("high")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? High { get; init; }

    /// <summary>Distance of the values; null: 1 for <c>int</c>, none for <c>float</c>.</summary>
    [JsonPropertyName("step")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Step { get; init; }

    /// <summary>Whether it is drawn by its logarithm.</summary>
    [JsonPropertyName("log")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Log { get; init; }

    /// <summary>The values of a <c>categorical</c> one.</summary>
    [JsonPropertyName("choices")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Choices { get; init; }

    /// <summary>Whole numbers from one to another, both included.</summary>
    public static SearchRange Int(int low, int high, int step = 1, bool log = false) => new() { Type = "int", Low = low, High = high, Step = step, Log = log };

    /// <summary>Numbers from one to another.</summary>
    public static SearchRange Float(double low, double high, double? step = null, bool log = false) => new() { Type = "float", Low = low, High = high, Step = step, Log = log };

    /// <summary>One of some values.</summary>
    public static SearchRange OneOf(params ReadOnlySpan<double> choices) => new() { Type = "categorical", Choices = [.. choices] };
}
