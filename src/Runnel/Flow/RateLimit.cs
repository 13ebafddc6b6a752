namespace Runnel;

/// <summary>So many tasks in so much time, spaced evenly (GCRA, on Redis's clock).</summary>
/// <param name="Count">Tasks that may start in the time; at least 1.</param>
/// <param name="Per">The time; one task in 1 µs to one in 366 days.</param>
/// <remarks>Source: ITU-T I.371, generic cell rate algorithm, virtual scheduling form.</remarks>
public sealed record RateLimit(int Count, TimeSpan Per)
{
    /// <summary>Tasks that may start at once after a quiet time, at least 1. With a burst of b, any stretch of time T sees at most
    /// T × Count / Per + b starts. Default: 1, evenly spaced.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Microseconds between two tasks.</summary>
    internal long IntervalUs => (long)Math.Ceiling(Per.TotalMicroseconds / Count);

    internal void Validate()
    {
        if (Count < 1)
            throw new PayloadException("rate", $"rate has the count {Count}; give at least 1, or null for no limit.");
        if (Burst < 1)
            throw new PayloadException("rate", $"rate has the burst {Burst}; give at least 1.");
        if (Per < TimeSpan.FromMicroseconds(1) || Per > TimeSpan.FromDays(366) * Count)
            throw new PayloadException("rate", $"rate is {Count} tasks in {Per}; give one task in 1 µs to one in 366 days.");
    }
}
