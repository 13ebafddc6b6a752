using System.Buffers;
using System.Text.Json;

namespace Runnel.Composition;

/// <summary>JSON Merge Patch (RFC 7396): objects are merged name by name, null takes a name out, anything else replaces.</summary>
internal static class MergePatch
{
    /// <summary>The target with the patch applied, as UTF-8 JSON.</summary>
    /// <exception cref="JsonException">The patch is not JSON.</exception>
    public static byte[] Apply(JsonElement target, ReadOnlySpan<byte> patch)
    {
        Utf8JsonReader reader = new(patch);
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { SkipValidation = true }))
            Write(writer, target, JsonElement.ParseValue(ref reader));
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }

        Dictionary<string, JsonElement> changes = new(StringComparer.Ordinal);
        foreach (JsonProperty change in patch.EnumerateObject())
            changes[change.Name] = change.Value; // of two with one name the last counts
        writer.WriteStartObject();
        if (target.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty kept in target.EnumerateObject())
            {
                if (!changes.Remove(kept.Name, out JsonElement change))
                    kept.WriteTo(writer);
                else if (change.ValueKind != JsonValueKind.Null)
                    WriteProperty(writer, kept.Name, kept.Value, change);
            }
        }

        foreach ((string name, JsonElement added) in changes)
        {
            if (added.ValueKind != JsonValueKind.Null)
                WriteProperty(writer, name, default, added);
        }

        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string name, JsonElement target, JsonElement patch)
    {
        writer.WritePropertyName(name);
        Write(writer, target, patch);
    }
}
