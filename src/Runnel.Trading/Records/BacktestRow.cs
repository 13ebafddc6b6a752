namespace Runnel.Trading;

/// <summary>The table <c>backtests</c>. Times are Unix milliseconds: SQLite has no type for them, and numbers compare.</summary>
internal sealed class BacktestRow
{
    public required string Id { get; set; }

    public required string State { get; set; } // in lower case, so that people can read the file

    public required string Request { get; set; }

    public string? ClaimToken { get; set; }

    public required string ClaimTask { get; set; }

    public int ClaimAttempt { get; set; }

    public long ClaimedAt { get; set; }

    public long HeartbeatAt { get; set; }

    public long? FinishedAt { get; set; }

    public string? Statistics { get; set; }

    public string? Reply { get; set; }

    public string? Error { get; set; }

    public BacktestRecord ToRecord() => new()
    {
        Id = Id,
        State = Enum.Parse<BacktestState>(State, ignoreCase: true),
        RequestJson = Request,
        TaskId = ClaimTask,
        ClaimedAt = DateTimeOffset.FromUnixTimeMilliseconds(ClaimedAt),
        HeartbeatAt = DateTimeOffset.FromUnixTimeMilliseconds(HeartbeatAt),
        FinishedAt = FinishedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        StatisticsJson = Statistics,
        ReplyJson = Reply,
        Error = Error,
    };
}
