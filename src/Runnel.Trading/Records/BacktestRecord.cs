namespace Runnel.Trading;

/// <summary>What is stored of a backtest. Its trades are read apart.</summary>
public sealed record BacktestRecord
{
    /// <summary>The id that its sender chose.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is.</summary>
    public required BacktestState State { get; init; }

    /// <summary>The payload it was last claimed with, normalized, as JSON.</summary>
    public required string RequestJson { get; init; }

    /// <summary>The task that holds or held its claim.</summary>
    public required string TaskId { get; init; }

    /// <summary>When it was last claimed (UTC).</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>When the holder last said that it is alive (UTC).</summary>
    public required DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>When it completed or failed (UTC); null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Statistics as JSON in snake_case; null until it completed.</summary>
    public string? StatisticsJson { get; init; }

    /// <summary>The reply that its task gave, as JSON; null until it completed.</summary>
    public string? ReplyJson { get; init; }

    /// <summary>Why its last run failed; null otherwise.</summary>
    public string? Error { get; init; }
}
