namespace Runnel;

/// <summary>How one task is queued, tried and given up.</summary>
public sealed record SubmitOptions
{
    internal static readonly SubmitOptions Default = new();

    /// <summary>Which tasks it goes before. Default: normal.</summary>
    public TaskPriority Priority { get; init; } = TaskPriority.Normal;

    /// <summary>Attempts after the first, 0 to 1,000. Default: 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Longest run of one attempt, whole seconds from 1 second to 30 days; then its token is cancelled. Default: 3,600 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3600);

    internal void Validate()
    {
        if (!Enum.IsDefined(Priority))
            throw new PayloadException("priority", $"priority is {(int)Priority}; give low (1), normal (5), high (10) or critical (20).");
        if (MaxRetries is < 0 or > 1000)
            throw new PayloadException("max_retries", $"max_retries is {MaxRetries}; give 0 to 1000.");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromDays(30))
            throw new PayloadException("timeout", $"timeout is {Timeout.TotalSeconds} s; give 1 to 2592000 seconds (30 days).");
    }
}
