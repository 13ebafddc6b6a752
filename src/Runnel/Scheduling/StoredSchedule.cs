using System.Text;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Scheduling;

/// <summary>A schedule as its hash in Redis holds it. The fields are those of docs/wire-format.md.</summary>
internal sealed record StoredSchedule(ScheduleInfo Info, DateTimeOffset? Next, string Revision)
{
    /// <summary>What begins a field that goes into each task's record under the rest of its name.</summary>
    public const string TaskField = "task:";

    private static readonly string[] Overlaps = ["allow", "skip", "queue", "cancel"];

    public Schedule Schedule => Info.Schedule;

    /// <summary>The fields of a definition; what the schedule did so far is kept by the scripts.</summary>
    public static List<RedisValue> ToFields(Schedule schedule)
    {
        List<RedisValue> fields =
        [
            "cron", schedule.Cron, "zone", schedule.TimeZone, "misfire", schedule.Misfire.Most,
            "grace", (long)schedule.MisfireGrace.TotalMilliseconds, "overlap", Overlaps[(int)schedule.Overlap],
        ];
        if (schedule.ExpiresAfter is { } expires)
            fields.AddRange(["expires_after", (long)expires.TotalMilliseconds]);
        fields.AddRange([TaskField + "priority", (int)schedule.Options.Priority]);
        if (schedule.Options.NeedsTurn)
            fields.AddRange([TaskField + "lane", QueueKeys.LaneOf(schedule.Options.Priority, schedule.Options.Group, schedule.Type, schedule.Options.RateKey)]);
        foreach (NameValueEntry field in TaskFields.Of(schedule.Type, Encoding.UTF8.GetBytes(schedule.Payload), schedule.Options, trace: null))
            fields.AddRange([TaskField + field.Name, field.Value]);
        return fields;
    }

    /// <returns>Null where there is none.</returns>
    public static StoredSchedule? Parse(string id, Dictionary<string, RedisValue> fields)
    {
        if (!fields.TryGetValue("cron", out RedisValue cron))
            return null;
        TaskEntry task = TaskEntry.Parse(QueueKeys.Normal, new StreamEntry("0-0",
            [.. fields.Where(f => f.Key.StartsWith(TaskField, StringComparison.Ordinal)).Select(f => new NameValueEntry(f.Key[TaskField.Length..], f.Value))]));
        bool paused = fields.ContainsKey("paused");
        long Count(string name) => fields.TryGetValue(name, out RedisValue count) ? (long)count : 0;
        DateTimeOffset? next = RedisText.ToTime(fields.GetValueOrDefault("next"));
        Schedule schedule = new()
        {
            Id = id,
            Cron = cron.ToString(),
            TimeZone = fields.ToText("zone") ?? "UTC",
            Type = task.Type,
            Payload = Encoding.UTF8.GetString(task.Payload),
            Options = new SubmitOptions
            {
                Priority = task.Priority,
                MaxRetries = task.MaxRetries,
                Timeout = TimeSpan.FromSeconds(task.TimeoutSeconds),
                Retry = task.Retry,
                Group = task.Group,
                RateKey = task.RateKey,
                Affinity = task.Affinity,
            },
            ExpiresAfter = fields.TryGetValue("expires_after", out RedisValue expires) ? TimeSpan.FromMilliseconds((long)expires) : null,
            Misfire = MisfirePolicy.FromWire(fields.ToInt("misfire", 0)),
            MisfireGrace = TimeSpan.FromMilliseconds(fields.ToInt("grace", 60_000)),
            Overlap = (OverlapPolicy)Math.Max(0, Array.IndexOf(Overlaps, fields.ToText("overlap"))),
            Paused = paused,
        };
        return new StoredSchedule(
            new ScheduleInfo
            {
                Schedule = schedule,
                NextFire = paused ? null : next,
                LastFire = RedisText.ToTime(fields.GetValueOrDefault("last")),
                LastTaskId = fields.ToText("last_task"),
                Submitted = Count("submitted"),
                Overlapped = Count("overlapped"),
                Missed = Count("missed"),
            },
            next,
            fields.ToText("rev") ?? "");
    }
}
