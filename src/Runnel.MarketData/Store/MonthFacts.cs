namespace Runnel.MarketData;

/// <summary>What a month's file says of itself in its footer: an entry of the catalogue, which so is never out of step with the bars.</summary>
internal sealed record MonthFacts
{
    public required int Rows { get; init; }

    /// <summary>Open time of the first bar, or null where there is none.</summary>
    public required long? FirstTime { get; init; }

    public required long? LastTime { get; init; }

    public required IReadOnlyList<TimeRange> Covered { get; init; }

    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>XXH128 of all bytes but itself, in hex.</summary>
    public required string Checksum { get; init; }

    public required long Bytes { get; init; }
}
