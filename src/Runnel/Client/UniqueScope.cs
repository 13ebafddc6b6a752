namespace Runnel;

/// <summary>How long a unique task keeps others with its key out.</summary>
public sealed record UniqueScope
{
    private UniqueScope(char mode, TimeSpan? window) => (Mode, Window) = (mode, window);

    /// <summary>Until its first attempt starts: one may wait while another runs. The scope for "something changed, look again".</summary>
    public static UniqueScope UntilStarted { get; } = new('s', null);

    /// <summary>Until it ended, through retries and its worker's death: never two at once.</summary>
    public static UniqueScope UntilDone { get; } = new('d', null);

    /// <summary>Time that the key is held with <see cref="For"/>; null for the other scopes.</summary>
    public TimeSpan? Window { get; }

    internal char Mode { get; }

    /// <summary>For a time from the submission, whether the task waits, runs or is completed by then: at most one in that time.</summary>
    /// <param name="window">1 ms to 366 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is shorter or longer than that.</exception>
    public static UniqueScope For(TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, TimeSpan.FromDays(366));
        return new UniqueScope('w', window);
    }
}
