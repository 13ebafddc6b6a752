namespace Runnel;

/// <summary>One change of state in a queue, of one task or of several at once.</summary>
public sealed record QueueEvent
{
    /// <summary>Where it is in the feed; reading goes on behind it when this is given to <see cref="RunnelClient.ReadEventsAsync"/>.</summary>
    public required string Cursor { get; init; }

    /// <summary>When it happened (UTC, Redis time).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the tasks are now: <c>completed</c>, <c>retrying</c>, <c>scheduled</c> (snoozed), <c>failed</c>, <c>timeout</c>, <c>cancelled</c> or
    /// <c>expired</c>; <c>batch</c> where the ids are those of batches that ended.</summary>
    public required string State { get; init; }

    /// <summary>Ids of the tasks.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>The worker that did it; empty where none did.</summary>
    public string Worker { get; init; } = "";

    /// <summary>True where events before this one may be missing: the feed is bounded (<see cref="RunnelOptions.CompletedFeedLength"/>), and the
    /// event at the reader's cursor was gone from it. Look up what you must not miss.</summary>
    public bool MayFollowGap { get; init; }
}
