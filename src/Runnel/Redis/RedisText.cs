using System.Text.Json;
using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>Reading of replies that are flat lists of names and values.</summary>
internal static class RedisText
{
    public static Dictionary<string, RedisValue> ToFields(RedisResult flat)
    {
        RedisResult[] items = flat.IsNull ? [] : (RedisResult[])flat!;
        Dictionary<string, RedisValue> fields = new(items.Length / 2, StringComparer.Ordinal);
        for (int i = 0; i + 1 < items.Length; i += 2)
            fields[(string)items[i]!] = (RedisValue)items[i + 1];
        return fields;
    }

    public static DateTimeOffset? ToTime(RedisValue unixMs) =>
        unixMs.IsNullOrEmpty || !long.TryParse(unixMs.ToString(), out long ms) ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms);

    public static int ToInt(this Dictionary<string, RedisValue> fields, string name, int fallback) =>
        fields.TryGetValue(name, out RedisValue value) && value.TryParse(out int number) ? number : fallback;

    public static string? ToText(this Dictionary<string, RedisValue> fields, string name) =>
        fields.TryGetValue(name, out RedisValue value) ? value.ToString() : null;

    /// <summary>The errors of a record, its fields <c>error:n</c>, oldest first. Skips what a producer's entry brought under such names.</summary>
    public static List<TaskError> ToErrors(Dictionary<string, RedisValue> record)
    {
        List<(int Number, TaskError Error)> errors = [];
        foreach ((string name, RedisValue value) in record)
        {
            if (name.StartsWith("error:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), out int number) && TryRead(value) is { } error)
                errors.Add((number, error));
        }

        return [.. errors.OrderBy(e => e.Number).Select(e => e.Error)];
    }

    private static TaskError? TryRead(RedisValue json)
    {
        try
        {
            return JsonSerializer.Deserialize((byte[])json!, WireJson.Default.WireError)?.ToError();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
