namespace Runnel;

/// <summary>Which dead letters are meant; what is null does not matter.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>The task type, exactly.</summary>
    public string? Type { get; init; }

    /// <summary>The reason, exactly: <c>failed</c>, <c>timeout</c>, <c>deadline</c>, <c>rejected</c>, <c>no_handler</c>, <c>poison</c>,
    /// <c>unreadable</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Dead for at least this long (Redis time).</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>A text in its id, payload or one of its errors' types and messages; case does not matter.</summary>
    public string? Text { get; init; }

    internal bool Matches(DeadLetter letter) =>
        (Type is null || Type == letter.Task.Type)
        && (Reason is null || Reason == letter.Task.Reason)
        && (Text is null || new[] { letter.Task.Id, letter.Payload }.Concat(letter.Task.Errors.SelectMany(e => new[] { e.Type, e.Message }))
            .Any(text => text.Contains(Text, StringComparison.OrdinalIgnoreCase)));
}
