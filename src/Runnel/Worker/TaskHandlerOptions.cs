namespace Runnel;

/// <summary>How tasks of one type are retried.</summary>
public sealed class TaskHandlerOptions
{
    /// <summary>Waits between attempts, where the submission sets none. Default: 2^n seconds, at most an hour.</summary>
    public RetryPolicy Retry { get; set; } = RetryPolicy.Default;

    /// <summary>Exceptions, derived ones too, after which no other attempt is made (reason <c>rejected</c>).
    /// <see cref="NonRetryableException"/> always counts.</summary>
    public IList<Type> NonRetryable { get; } = [];
}
