using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Runnel.Composition;
using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>One delivered stream entry: a task as it travels. The fields are those of docs/wire-format.md.</summary>
internal sealed class TaskEntry
{
    private const int MostFields = 1000; // scripts pass an entry's fields on as arguments, of which Lua takes some thousands

    public required int Level { get; init; }

    public required string EntryId { get; init; }

    public string TaskId { get; private set; } = "";

    public string Type { get; private set; } = "";

    /// <summary>The payload as UTF-8 JSON; with <see cref="Base"/>, a merge patch of that.</summary>
    public byte[] Payload { get; private set; } = [];

    public TaskPriority Priority { get; private set; }

    /// <summary>This run of the handler, counted from 1: failed runs and runs that ended with their worker's death both count.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>Deliveries that ended with their worker's death.</summary>
    public int Crashes { get; private set; }

    public int MaxRetries { get; private set; } = SubmitOptions.Default.MaxRetries;

    public int TimeoutSeconds { get; private set; } = (int)SubmitOptions.Default.Timeout.TotalSeconds;

    public long SubmittedAtMs { get; private set; }

    /// <summary>Waits between attempts as the submission set them; null: as the task type has it.</summary>
    public RetryPolicy? Retry { get; private set; }

    /// <summary>Time (Unix ms) after which the task is not started any more; 0 for none.</summary>
    public long ExpiresMs { get; private set; }

    /// <summary>Time (Unix ms) by which all attempts must be over; 0 for none.</summary>
    public long DeadlineMs { get; private set; }

    /// <summary>Number of the last error before this life of the task: it was a dead letter and was requeued.</summary>
    public int ErrorsBefore { get; private set; }

    /// <summary>W3C traceparent of the submission, as it came; null: it carries none.</summary>
    public string? Trace { get; private set; }

    /// <summary>The lock that the task may hold, MODE:KEY as lib-unique.lua has it; null: it is not unique.</summary>
    public string? Unique { get; private set; }

    /// <summary>Digest of the batch's base that the payload is a patch of; null: the payload is whole.</summary>
    public string? Base { get; private set; }

    /// <summary>Shares the workers fairly with other groups; null: it has none.</summary>
    public string? Group { get; private set; }

    /// <summary>Names the rate limit it counts against; null: it has none.</summary>
    public string? RateKey { get; private set; }

    /// <summary>Names what a worker has to make ready for it; null: it does not say.</summary>
    public string? Affinity { get; private set; }

    /// <summary>Times that a worker took one for it that suited it better.</summary>
    public int Passes { get; private set; }

    /// <summary>True where flow control has admitted the task: it had its turn.</summary>
    public bool HasSlot { get; private set; }

    /// <summary>True where the task left the happy path, so that a record with its id may exist.</summary>
    public bool HasRecord { get; private set; }

    /// <summary>Why the entry is not a task; null for a good one.</summary>
    public string? Unreadable { get; private set; }

    /// <summary>The entry's fields as they came.</summary>
    public required NameValueEntry[] Fields { get; init; }

    /// <summary>Retries spent so far.</summary>
    public int RetriesSpent => Attempt - 1 - Crashes;

    /// <summary>Reads an entry of the stream at <paramref name="level"/>. Never throws on what a producer wrote.</summary>
    public static TaskEntry Parse(int level, StreamEntry entry)
    {
        string entryId = entry.Id!;
        TaskEntry task = new() { Level = level, EntryId = entryId, Fields = entry.Values };
        task.TaskId = QueueKeys.TaskIdOf(level, entryId);
        task.Priority = QueueKeys.PriorityOf(level);
        task.SubmittedAtMs = StreamId.Parse(entryId).Ms;
        task.Read();
        return task;
    }

    /// <summary>The same for an entry <c>[id, [field, value, …]]</c> as scripts and plain commands return it.</summary>
    public static TaskEntry Parse(int level, RedisResult id, RedisResult flatFields)
    {
        NameValueEntry[] fields = new NameValueEntry[flatFields.IsNull ? 0 : flatFields.Length / 2];
        for (int i = 0; i < fields.Length; i++)
            fields[i] = new NameValueEntry((RedisValue)flatFields[2 * i], (RedisValue)flatFields[(2 * i) + 1]);
        return Parse(level, new StreamEntry((RedisValue)id, fields));
    }

    private void Read()
    {
        if (Fields.Length > MostFields)
            Refuse($"has {Fields.Length} fields; give at most {MostFields}");
        byte[]? type = null, payload = null, data = null;
        foreach (NameValueEntry field in Fields)
        {
            byte[] name = (byte[]?)field.Name ?? [];
            byte[] value = (byte[]?)field.Value ?? [];
            switch (name.Length)
            {
                case 1 when name[0] == 'v':
                    if (value is not [(byte)'1'])
                        Refuse($"has the wire format version '{Show(value)}'; this worker reads version 1");
                    break;
                case 4 when name.AsSpan().SequenceEqual("type"u8): type = value; break;
                case 7 when name.AsSpan().SequenceEqual("payload"u8): payload = value; break;
                case 4 when name.AsSpan().SequenceEqual("data"u8): data = value; break;
                case 2 when name.AsSpan().SequenceEqual("id"u8): ReadId(value); break;
                case 2 when name.AsSpan().SequenceEqual("at"u8): SubmittedAtMs = Number("at", value, 0, long.MaxValue); break;
                case 7 when name.AsSpan().SequenceEqual("retries"u8): MaxRetries = (int)Number("retries", value, 0, 1000); break;
                case 7 when name.AsSpan().SequenceEqual("timeout"u8): TimeoutSeconds = (int)Number("timeout", value, 1, 2_592_000); break;
                case 7 when name.AsSpan().SequenceEqual("attempt"u8): Attempt = (int)Number("attempt", value, 1, int.MaxValue); break;
                case 7 when name.AsSpan().SequenceEqual("crashes"u8): Crashes = (int)Number("crashes", value, 0, int.MaxValue); break;
                case 7 when name.AsSpan().SequenceEqual("backoff"u8): ReadBackoff(Show(value)); break;
                case 7 when name.AsSpan().SequenceEqual("expires"u8): ExpiresMs = Number("expires", value, 0, long.MaxValue); break;
                case 8 when name.AsSpan().SequenceEqual("deadline"u8): DeadlineMs = Number("deadline", value, 0, long.MaxValue); break;
                case 5 when name.AsSpan().SequenceEqual("trace"u8): Trace = Show(value); break;
                case 5 when name.AsSpan().SequenceEqual("group"u8): Group = ReadName("group", Text(value)); break;
                case 4 when name.AsSpan().SequenceEqual("rate"u8): RateKey = ReadName("rate", Text(value)); break;
                case 8 when name.AsSpan().SequenceEqual("affinity"u8): Affinity = ReadName("affinity", Text(value)); break;
                case 6 when name.AsSpan().SequenceEqual("passes"u8): Passes = (int)Number("passes", value, 0, int.MaxValue); break;
                case 4 when name.AsSpan().SequenceEqual("base"u8): ReadBase(Show(value)); break;
                case 4 when name.AsSpan().SequenceEqual("slot"u8): HasSlot = true; break;
                case 6 when name.AsSpan().SequenceEqual("unique"u8): Unique = ReadUnique(Text(value)); break;
                case 6 when name.AsSpan().SequenceEqual("errors"u8): ErrorsBefore = (int)Number("errors", value, 0, int.MaxValue); break;
                case 8 when name.AsSpan().SequenceEqual("priority"u8): Priority = ToPriority(Number("priority", value, 1, 20)); break;
            }
        }

        if (type is null && data is not null)
        {
            ReadLegacy(data);
            return;
        }

        ReadPayload(payload);
        if (type is null)
            Refuse("has no field 'type'");
        else if (!IsTypeName(type))
            Refuse($"has the type '{Show(type)}'; a type is 1 to 200 bytes of UTF-8 without blanks");
        else
            Type = Encoding.UTF8.GetString(type);
    }

    /// <summary>The single field <c>data</c> of older producers, JSON with the task's fields.</summary>
    private void ReadLegacy(byte[] data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            JsonElement body = document.RootElement;
            Type = body.GetProperty("task_type").GetString() ?? "";
            if (body.TryGetProperty("task_id", out JsonElement id) && id.ValueKind == JsonValueKind.String)
                ReadId(Encoding.UTF8.GetBytes(id.GetString()!));
            Payload = body.TryGetProperty("payload", out JsonElement payload) ? Encoding.UTF8.GetBytes(payload.GetRawText()) : "null"u8.ToArray();
            if (body.TryGetProperty("priority", out JsonElement priority) && priority.TryGetInt32(out int p))
                Priority = ToPriority(p);
            if (body.TryGetProperty("max_retries", out JsonElement retries) && retries.TryGetInt32(out int r))
                MaxRetries = Math.Clamp(r, 0, 1000);
            if (body.TryGetProperty("timeout_seconds", out JsonElement timeout) && timeout.TryGetDouble(out double s))
                TimeoutSeconds = (int)Math.Clamp(s, 1, 2_592_000);
            if (Attempt == 1 && body.TryGetProperty("retry_count", out JsonElement spent) && spent.TryGetInt32(out int n))
                Attempt = Math.Max(0, n) + 1;
            if (!IsTypeName(Encoding.UTF8.GetBytes(Type)))
                Refuse($"has the task_type '{Type}' in its field 'data'; a type is 1 to 200 bytes without blanks");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            Refuse("has a field 'data' that is not a JSON object with 'task_type': " + e.Message);
        }
    }

    private void ReadPayload(byte[]? payload)
    {
        try
        {
            Payload = payload is null ? "null"u8.ToArray() : Packing.Expand(payload);
        }
        catch (InvalidDataException e)
        {
            Refuse("has a payload that begins as gzip and is not: " + e.Message);
        }
    }

    private void ReadId(byte[] value)
    {
        string id = Text(value);
        if (!System.Text.Unicode.Utf8.IsValid(value) || id.Length is 0 or > 200 || id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            Refuse("has an id that is not 1 to 200 characters without blanks");
            return;
        }

        TaskId = id;
        HasRecord = true;
    }

    private void ReadBackoff(string text)
    {
        Retry = RetryPolicy.FromWire(text);
        if (Retry is null)
            Refuse($"has backoff '{text}'; give exponential:CAP:JITTER or sequence:A,B,… in seconds");
    }

    private void ReadBase(string text)
    {
        Base = text;
        if (!BatchBase.IsDigest(text))
            Refuse($"has base '{text}'; give the digest of its batch's base, 16 hexadecimal digits");
    }

    private string? ReadName(string field, string text)
    {
        if (text.Length is > 0 and <= 200 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return text;
        Refuse($"has {field} '{text}'; give 1 to 200 characters without blanks");
        return null;
    }

    private string? ReadUnique(string text)
    {
        if (text.Length is > 2 and <= 202 && text[1] == ':' && text[0] is 's' or 'd' or 'w')
            return text;
        Refuse($"has unique '{text}'; give s:KEY, d:KEY or w:KEY");
        return null;
    }

    private long Number(string field, byte[] value, long least, long most)
    {
        if (Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length && number >= least && number <= most)
            return number;
        Refuse($"has {field} '{Show(value)}'; give a whole number from {least} to {most}");
        return least;
    }

    private static TaskPriority ToPriority(long number) => QueueKeys.PriorityOf(QueueKeys.LevelOf((TaskPriority)number));

    private void Refuse(string why) => Unreadable ??= $"The entry {EntryId} {why}.";

    private static bool IsTypeName(byte[] type)
    {
        if (type.Length is 0 or > 200 || !System.Text.Unicode.Utf8.IsValid(type))
            return false;
        foreach (byte b in type)
        {
            if (b <= ' ')
                return false;
        }

        return true;
    }

    /// <summary>A name of up to 200 characters whole: they may be more bytes.</summary>
    private static string Text(byte[] value) => value.Length <= 800 ? Encoding.UTF8.GetString(value) : Encoding.UTF8.GetString(value.AsSpan(0, 800));

    private static string Show(byte[] value) => Encoding.UTF8.GetString(value.AsSpan(0, Math.Min(value.Length, 200)));
}
