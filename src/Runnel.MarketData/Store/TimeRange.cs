namespace Runnel.MarketData;

/// <summary>A stretch of time, half-open.</summary>
/// <param name="From">First moment in it, Unix milliseconds, UTC.</param>
/// <param name="To">First moment after it, Unix milliseconds, UTC.</param>
public readonly record struct TimeRange(long From, long To)
{
    /// <summary>Whether it holds no moment.</summary>
    public bool IsEmpty => To <= From;

    /// <summary>For messages: <c>2024-01-01 00:00 to 2024-02-01 00:00 UTC</c>; the beginning of time is called so.</summary>
    public override string ToString() => $"{(From <= 0 ? "the beginning" : KlineRange.Moment(From))} to {KlineRange.Moment(To)} UTC";

    internal TimeRange Within(TimeRange other) => new(Math.Max(From, other.From), Math.Min(To, other.To));
}
