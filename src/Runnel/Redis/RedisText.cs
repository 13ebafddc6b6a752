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

    /// <summary>The errors of a record, its fields <c>error:n</c>, oldest first.</summary>
    public static List<TaskError> ToErrors(Dictionary<string, RedisValue> record) =>
    [
        .. record.Where(f => f.Key.StartsWith("error:", StringComparison.Ordinal))
            .OrderBy(f => int.Parse(f.Key.AsSpan(6)))
            .Select(f => JsonSerializer.Deserialize((byte[])f.Value!, WireJson.Default.WireError)!.ToError()),
    ];
}
