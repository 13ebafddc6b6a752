using System.Text;
using System.Text.Json;
using Runnel.Scheduling;

namespace Runnel;

/// <summary>A task to be submitted again and again, by a cron expression in a time zone.</summary>
public sealed record Schedule
{
    /// <summary>Names the schedule on its queue: 1 to 100 characters without blanks.</summary>
    public required string Id { get; init; }

    /// <summary>Five fields (minute, hour, day of month, month, day of week) or six (second first), as Cronos reads them: <c>*</c>, lists,
    /// ranges, steps, names, <c>L</c>, <c>W</c>, <c>#</c>; also <c>@hourly</c> and its like.</summary>
    /// <remarks>Where clocks go forward, a time that does not exist fires right after the gap. Where they go back, a fixed time of day fires
    /// once, the first time; one with <c>*</c>, a range or a step in seconds, minutes or hours goes on through both hours.</remarks>
    public required string Cron { get; init; }

    /// <summary>IANA name of the zone whose clock the expression reads, for instance <c>Europe/Berlin</c>. Default: UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Task type of what is submitted.</summary>
    public required string Type { get; init; }

    /// <summary>Payload as JSON, the same each time. Default: <c>null</c>.</summary>
    public string Payload { get; init; } = "null";

    /// <summary>Priority, retries, timeout, waits, group and rate key of each task. What belongs to one task alone (its id, delay, due time,
    /// expiry, deadline, unique key) must stay unset.</summary>
    public SubmitOptions Options { get; init; } = SubmitOptions.Default;

    /// <summary>A task not started this long after it was queued expires; null: never.</summary>
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>For fire times that no worker was there for. Default: they pass.</summary>
    public MisfirePolicy Misfire { get; init; } = MisfirePolicy.Skip;

    /// <summary>How late a task may be submitted and still count as on time: 1 second to 1 hour. Default: 1 minute.</summary>
    public TimeSpan MisfireGrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For a previous task that has not ended. Default: the next one is submitted all the same.</summary>
    public OverlapPolicy Overlap { get; init; }

    /// <summary>Whether it rests; fire times pass while it does.</summary>
    public bool Paused { get; init; }

    /// <summary>The same schedule with another payload.</summary>
    /// <param name="payload">Written as JSON.</param>
    /// <param name="json">How; null for System.Text.Json's web defaults (camelCase).</param>
    public Schedule WithPayload<T>(T payload, JsonSerializerOptions? json = null) =>
        this with { Payload = JsonSerializer.Serialize(payload, json ?? JsonSerializerOptions.Web) };

    /// <summary>When it fires next, paused or not.</summary>
    /// <param name="after">The first time is later than this.</param>
    /// <param name="count">Most times to give, 1 to 10,000; fewer where the expression ends.</param>
    /// <exception cref="PayloadException">The cron expression or the time zone is wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is not in 1 to 10,000.</exception>
    public IReadOnlyList<DateTimeOffset> NextFireTimes(DateTimeOffset after, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000);
        return [.. CronTimes.Of(this).After(after).Take(count)];
    }

    /// <exception cref="PayloadException">A field is wrong.</exception>
    internal void Validate()
    {
        if (string.IsNullOrEmpty(Id) || Id.Length > 100 || Id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new PayloadException("id", $"id is '{Id}'; give a schedule 1 to 100 characters without blanks, for instance 'nightly'.");
        TaskFields.CheckType(Type);
        TaskFields.CheckJson(Encoding.UTF8.GetBytes(Payload));
        if (Options is not { Id: null, Delay: null, DueAt: null, ExpiresAt: null, Deadline: null, Unique: null, HasParents: false })
        {
            throw new PayloadException("options", $"options of schedule '{Id}' have an id, delay, due time, expiry, deadline, unique key or parents, which "
                + "belong to one task alone; leave them out (ExpiresAfter gives each task an expiry, Overlap keeps tasks apart).");
        }

        Options.Validate();
        if (ExpiresAfter < TimeSpan.FromSeconds(1))
            throw new PayloadException("expires_after", $"expires_after is {ExpiresAfter}; give at least 1 second, or leave it out.");
        if (MisfireGrace < TimeSpan.FromSeconds(1) || MisfireGrace > TimeSpan.FromHours(1))
            throw new PayloadException("misfire_grace", $"misfire_grace is {MisfireGrace}; give 1 second to 1 hour.");
        if (!Enum.IsDefined(Overlap))
            throw new PayloadException("overlap", $"overlap is {(int)Overlap}; give allow, skip, queue or cancel_previous.");
        CronTimes.Of(this);
    }
}
