using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runnel.Cli.Output;

/// <summary>The JSON documents that --json prints: snake_case names, times in ISO 8601 UTC, spans in seconds.</summary>
internal static class JsonViews
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Print(JsonNode document)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Readable))
            document.WriteTo(writer);
        Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    public static JsonObject Of(TaskInfo task) => new()
    {
        ["id"] = task.Id,
        ["type"] = task.Type,
        ["state"] = Words.Of(task.State),
        ["priority"] = (int)task.Priority,
        ["attempt"] = task.Attempt,
        ["max_retries"] = task.MaxRetries,
        ["submitted_at"] = Words.Iso(task.SubmittedAt),
        ["started_at"] = Moment(task.StartedAt),
        ["due_at"] = Moment(task.DueAt),
        ["finished_at"] = Moment(task.FinishedAt),
        ["worker"] = task.Worker,
        ["progress"] = task.Progress is null ? null : new JsonObject { ["fraction"] = task.Progress.Fraction, ["message"] = task.Progress.Message },
        ["reason"] = task.Reason,
        ["errors"] = new JsonArray([.. task.Errors.Select(Of)]),
    };

    public static JsonObject Of(DeadLetter letter)
    {
        JsonObject document = Of(letter.Task);
        document["died_at"] = Words.Iso(letter.DiedAt);
        document["payload"] = Parsed(letter.Payload);
        return document;
    }

    public static JsonObject Of(QueueStats stats) => new()
    {
        ["queue"] = stats.Queue,
        ["group"] = stats.Group,
        ["queued"] = new JsonObject(stats.Queued.OrderByDescending(level => level.Key)
            .Select(level => KeyValuePair.Create(Words.Of(level.Key), (JsonNode?)level.Value))),
        ["waiting_for_turn"] = stats.Gated,
        ["set_aside"] = stats.Parked,
        ["in_sidings"] = stats.InSidings,
        ["paused"] = stats.Paused,
        ["paused_types"] = new JsonArray([.. stats.PausedTypes.Select(type => (JsonNode?)type)]),
        ["returned"] = stats.Returned,
        ["running"] = stats.Running,
        ["delayed"] = stats.Delayed,
        ["dead"] = stats.Dead,
        ["oldest_waiting_seconds"] = stats.OldestWaiting?.TotalSeconds,
        ["workers"] = new JsonArray([.. stats.Workers.Select(worker => (JsonNode?)worker)]),
        ["tasks_submitted"] = stats.Submitted,
        ["tasks_completed"] = stats.Completed,
        ["tasks_failed"] = stats.Failed,
        ["tasks_retried"] = stats.Retried,
        ["tasks_timeout"] = stats.TimedOut,
        ["tasks_recovered"] = stats.Recovered,
        ["stale_results"] = stats.StaleResults,
    };

    /// <summary>A stored document as it is; text where it is none.</summary>
    public static JsonNode? Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static JsonNode? Of(TaskError error) => new JsonObject
    {
        ["attempt"] = error.Attempt,
        ["type"] = error.Type,
        ["message"] = error.Message,
        ["stack"] = error.Stack,
        ["worker"] = error.Worker,
        ["at"] = Words.Iso(error.At),
    };

    private static JsonNode? Moment(DateTimeOffset? moment) => moment is { } known ? Words.Iso(known) : null;
}
