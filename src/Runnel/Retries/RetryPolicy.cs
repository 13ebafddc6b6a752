using System.Globalization;

namespace Runnel;

/// <summary>How long a failed task waits for its next attempt. Set for a task type at registration, or for one task at submission;
/// the latter goes first.</summary>
public abstract record RetryPolicy
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private protected RetryPolicy()
    {
    }

    /// <summary>2^n seconds before the n-th retry (2, 4, 8, …), at most an hour, without jitter.</summary>
    public static RetryPolicy Default { get; } = Exponential();

    /// <summary>2^n seconds before the n-th retry: 2, 4, 8, …</summary>
    /// <param name="cap">Longest wait; null for an hour.</param>
    /// <param name="jitter">Random part, 0 to 1: a wait w becomes w·(1 - jitter·r) with r random in 0 to 1. Spreads retries that failed together.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cap is not above zero, or the jitter not in 0 to 1.</exception>
    public static RetryPolicy Exponential(TimeSpan? cap = null, double jitter = 0)
    {
        TimeSpan longest = cap ?? TimeSpan.FromHours(1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(longest, TimeSpan.Zero, nameof(cap));
        if (!(jitter is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(jitter), jitter, "Give 0 to 1.");
        return new ExponentialPolicy(longest > Longest ? Longest : longest, jitter);
    }

    /// <summary>The same wait before every retry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The wait is negative.</exception>
    public static RetryPolicy Fixed(TimeSpan wait) => Sequence(wait);

    /// <summary>A wait for each retry in turn; the last one again for all that follow.</summary>
    /// <exception cref="ArgumentException">There is no wait.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A wait is negative.</exception>
    public static RetryPolicy Sequence(params TimeSpan[] waits)
    {
        if (waits.Length == 0)
            throw new ArgumentException("Give at least one wait.", nameof(waits));
        if (waits.Any(w => w < TimeSpan.Zero))
            throw new ArgumentOutOfRangeException(nameof(waits), "A wait is negative; give zero or more.");
        return new SequencePolicy([.. waits]);
    }

    /// <summary>A wait worked out by your own code, in the worker; for a task type only, since code does not travel with a task.</summary>
    /// <param name="wait">Gets the retry, counted from 1, and the error; called from several threads. A negative wait counts as zero.</param>
    public static RetryPolicy Custom(Func<int, Exception?, TimeSpan> wait) => new CustomPolicy(wait);

    /// <summary>How long to wait before a retry.</summary>
    /// <param name="retry">The retry, counted from 1.</param>
    /// <param name="error">What failed; null for a timeout.</param>
    public abstract TimeSpan WaitBefore(int retry, Exception? error);

    /// <summary>The policy as it travels with a task: <c>exponential:CAP:JITTER</c> or <c>sequence:A,B,…</c>, in seconds.</summary>
    internal abstract string ToWire();

    /// <summary>Reads <see cref="ToWire"/>'s text; null where it is none.</summary>
    internal static RetryPolicy? FromWire(string text)
    {
        try
        {
            string[] parts = text.Split(':');
            return parts[0] switch
            {
                "exponential" when parts.Length == 3 => Exponential(Seconds(parts[1]), double.Parse(parts[2], CultureInfo.InvariantCulture)),
                "sequence" when parts.Length == 2 => Sequence([.. parts[1].Split(',').Select(Seconds)]),
                _ => null,
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);

    private sealed record ExponentialPolicy(TimeSpan Cap, double Jitter) : RetryPolicy
    {
        public override TimeSpan WaitBefore(int retry, Exception? error)
        {
            double seconds = Math.Min(Math.Pow(2, Math.Min(retry, 62)), Cap.TotalSeconds);
            return TimeSpan.FromSeconds(seconds * (1 - (Jitter * Random.Shared.NextDouble())));
        }

        internal override string ToWire() => $"exponential:{Text(Cap)}:{Jitter.ToString("R", CultureInfo.InvariantCulture)}";
    }

    private sealed record SequencePolicy(TimeSpan[] Waits) : RetryPolicy
    {
        public override TimeSpan WaitBefore(int retry, Exception? error) => Waits[Math.Min(retry, Waits.Length) - 1];

        internal override string ToWire() => "sequence:" + string.Join(',', Waits.Select(Text));
    }

    private sealed record CustomPolicy(Func<int, Exception?, TimeSpan> Wait) : RetryPolicy
    {
        public override TimeSpan WaitBefore(int retry, Exception? error)
        {
            TimeSpan wait = Wait(retry, error);
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
        }

        internal override string ToWire() => throw new PayloadException(
            "retry", "retry is a custom policy, which cannot travel with a task; register it for the task type, or give an exponential, fixed or sequence policy.");
    }
}
