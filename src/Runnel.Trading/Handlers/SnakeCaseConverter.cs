using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Writes and reads a type of the engine, which knows nothing of JSON, in snake_case, whatever the queue's own options are.</summary>
internal sealed class SnakeCaseConverter<T> : JsonConverter<T>
{
    private static readonly JsonSerializerOptions SnakeCaseOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonSerializer.Deserialize<T>(ref reader, SnakeCaseOptions);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, SnakeCaseOptions);
}
