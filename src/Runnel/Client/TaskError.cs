namespace Runnel;

/// <summary>How one attempt failed.</summary>
public sealed record TaskError
{
    /// <summary>The attempt, counted from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Full name of the exception's type; for a failure without one, its reason (<c>poison</c>, <c>unreadable</c>).</summary>
    public required string Type { get; init; }

    /// <summary>The exception's message.</summary>
    public required string Message { get; init; }

    /// <summary>The stack trace, cut to 4,000 characters; empty where there is none.</summary>
    public string Stack { get; init; } = "";

    /// <summary>Name of the worker that ran the attempt.</summary>
    public string Worker { get; init; } = "";

    /// <summary>When the attempt ended (UTC, the worker's clock).</summary>
    public DateTimeOffset At { get; init; }
}
