namespace Runnel.Retries;

/// <summary>How long a failed task waits for its next attempt.</summary>
internal static class RetryBackoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>2^n seconds for the n-th retry, n from 1: 2, 4, 8, … up to an hour.</summary>
    public static TimeSpan Before(int retry) => retry >= 12 ? Longest : TimeSpan.FromSeconds(1 << retry);
}
