using System.Text.Json.Nodes;

namespace Runnel.Cli.Output;

/// <summary>Schedules as JSON documents, tables and fields.</summary>
internal static class ScheduleViews
{
    public static JsonNode Json(ScheduleInfo info) => new JsonObject
    {
        ["id"] = info.Schedule.Id,
        ["cron"] = info.Schedule.Cron,
        ["time_zone"] = info.Schedule.TimeZone,
        ["type"] = info.Schedule.Type,
        ["payload"] = JsonViews.Parsed(info.Schedule.Payload),
        ["priority"] = (int)info.Schedule.Options.Priority,
        ["max_retries"] = info.Schedule.Options.MaxRetries,
        ["timeout_seconds"] = info.Schedule.Options.Timeout.TotalSeconds,
        ["expires_after_seconds"] = info.Schedule.ExpiresAfter?.TotalSeconds,
        ["misfire"] = Words.Of(info.Schedule.Misfire),
        ["misfire_grace_seconds"] = info.Schedule.MisfireGrace.TotalSeconds,
        ["overlap"] = Words.Of(info.Schedule.Overlap),
        ["paused"] = info.Schedule.Paused,
        ["next_fire"] = Moment(info.NextFire),
        ["last_fire"] = Moment(info.LastFire),
        ["last_task_id"] = info.LastTaskId,
        ["submitted"] = info.Submitted,
        ["overlapped"] = info.Overlapped,
        ["missed"] = info.Missed,
    };

    public static void Print(IReadOnlyList<ScheduleInfo> schedules)
    {
        if (schedules.Count == 0)
            Console.Out.WriteLine("No schedules.");
        else
            TextOutput.Table(["id", "cron", "time zone", "type", "next fire", "last fire"], [.. schedules.Select(Row)]);
    }

    public static void Print(ScheduleInfo info) => TextOutput.Fields(
    [
        ("id", info.Schedule.Id),
        ("cron", info.Schedule.Cron),
        ("time zone", info.Schedule.TimeZone),
        ("next fire", Next(info)),
        ("last fire", info.LastFire is { } last ? Words.Of(last) : null),
        ("last task", info.LastTaskId),
        ("submitted", $"{info.Submitted}"),
        ("overlapped", $"{info.Overlapped}"),
        ("missed", $"{info.Missed}"),
        ("type", info.Schedule.Type),
        ("payload", info.Schedule.Payload),
        ("priority", $"{Words.Of(info.Schedule.Options.Priority)} ({(int)info.Schedule.Options.Priority})"),
        ("max retries", $"{info.Schedule.Options.MaxRetries}"),
        ("timeout", Words.Seconds(info.Schedule.Options.Timeout)),
        ("expires after", info.Schedule.ExpiresAfter is { } expires ? Words.Seconds(expires) : null),
        ("misfire", Words.Of(info.Schedule.Misfire)),
        ("misfire grace", Words.Seconds(info.Schedule.MisfireGrace)),
        ("overlap", Words.Of(info.Schedule.Overlap)),
    ]);

    private static string[] Row(ScheduleInfo info) =>
    [
        info.Schedule.Id, info.Schedule.Cron, info.Schedule.TimeZone, info.Schedule.Type, Next(info), info.LastFire is { } last ? Words.Of(last) : "",
    ];

    private static string Next(ScheduleInfo info) => info.Schedule.Paused ? "paused" : info.NextFire is { } next ? Words.Of(next) : "never";

    private static JsonNode? Moment(DateTimeOffset? moment) => moment is { } known ? Words.Iso(known) : null;
}
