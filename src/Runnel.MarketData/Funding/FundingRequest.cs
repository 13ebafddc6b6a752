namespace Runnel.MarketData;

/// <summary>Which funding payments are wanted.</summary>
/// <param name="Series">Of which contract.</param>
/// <param name="From">First moment of a payment that is wanted (inclusive).</param>
/// <param name="To">First moment that is too late (exclusive).</param>
public sealed record FundingRequest(FundingSeries Series, DateTimeOffset From, DateTimeOffset To)
{
    private const long Hour = 3_600_000;

    internal TimeRange Range => new(From.ToUnixTimeMilliseconds(), To.ToUnixTimeMilliseconds());

    /// <summary>The range in whole hours, so that what is covered does not depend on the second of a fetch.</summary>
    internal TimeRange Hours => new(FloorHour(Range.From), FloorHour(Range.To + Hour - 1));

    internal static long FloorHour(long time) => time - (time % Hour);

    /// <summary>For messages: <c>BTCUSDT funding linear, 2024-01-01 00:00 to 2025-01-01 00:00 UTC</c>.</summary>
    public override string ToString() => $"{Series}, {Range}";
}
