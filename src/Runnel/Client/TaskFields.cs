using System.Text.Json;
using StackExchange.Redis;

namespace Runnel;

/// <summary>A submission as the fields of a stream entry (docs/wire-format.md), and the checks that hold for it wherever it comes from.</summary>
internal static class TaskFields
{
    private static readonly NameValueEntry Version = new("v", "1");

    /// <exception cref="PayloadException">It is no task type.</exception>
    public static void CheckType(string type)
    {
        if (string.IsNullOrEmpty(type) || type.Length > 200 || type.AsSpan().ContainsAny(" \t\r\n"))
            throw new PayloadException("type", $"type is '{type}'; give 1 to 200 characters without blanks, for instance 'backtest'.");
    }

    /// <exception cref="PayloadException">It is not one JSON value.</exception>
    public static void CheckJson(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader check = new(json);
            while (check.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw new PayloadException("payload", $"The payload is not JSON: {e.Message} Give one JSON value, for instance {{\"ms\": 100}}.", e);
        }
    }

    /// <summary>Only what differs from the defaults travels.</summary>
    /// <param name="type">Names the handler.</param>
    /// <param name="payload">As it travels.</param>
    /// <param name="options">What the task was submitted with.</param>
    /// <param name="trace">W3C traceparent of the submission; null for none.</param>
    public static NameValueEntry[] Of(string type, ReadOnlyMemory<byte> payload, SubmitOptions options, string? trace)
    {
        if (trace is null && ReferenceEquals(options, SubmitOptions.Default))
            return [Version, new("type", type), new("payload", payload)];
        List<NameValueEntry> fields = [Version, new("type", type), new("payload", payload)];
        if (options.MaxRetries != SubmitOptions.Default.MaxRetries)
            fields.Add(new("retries", options.MaxRetries));
        if (options.Timeout != SubmitOptions.Default.Timeout)
            fields.Add(new("timeout", (long)Math.Ceiling(options.Timeout.TotalSeconds)));
        if (options.Retry is not null)
            fields.Add(new("backoff", options.Retry.ToWire()));
        if (options.ExpiresAt is { } expires)
            fields.Add(new("expires", expires.ToUnixTimeMilliseconds()));
        if (options.Deadline is { } deadline)
            fields.Add(new("deadline", deadline.ToUnixTimeMilliseconds()));
        if (trace is not null)
            fields.Add(new("trace", trace));
        if (options.Unique is not null)
            fields.Add(new("unique", options.Unique.ToWire()));
        if (options.Group is not null)
            fields.Add(new("group", options.Group));
        if (options.RateKey is not null)
            fields.Add(new("rate", options.RateKey));
        if (options.Affinity is not null)
            fields.Add(new("affinity", options.Affinity));
        return [.. fields];
    }
}
