namespace Runnel.MarketData;

/// <summary>A catalogue entry: what a store holds of a contract's funding. Read from the files themselves.</summary>
public sealed record StoredFunding
{
    /// <summary>Which.</summary>
    public required FundingSeries Series { get; init; }

    /// <summary>Number of payments.</summary>
    public required long Payments { get; init; }

    /// <summary>Time of the first (UTC), or null where there is none.</summary>
    public required DateTimeOffset? First { get; init; }

    /// <summary>Time of the last (UTC), or null where there is none.</summary>
    public required DateTimeOffset? Last { get; init; }

    /// <summary>Times of which all payments that the source has, are here. A range from 0 says that there is nothing before.</summary>
    public required IReadOnlyList<TimeRange> Covered { get; init; }

    /// <summary>Where the payments came from: <c>bybit</c>, <c>import</c>.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Number of files, one a month.</summary>
    public required int Files { get; init; }

    /// <summary>Bytes on the disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>XXH128 over the checksums of the files, in hex: two stores with the same one hold the same payments.</summary>
    public required string Checksum { get; init; }

    /// <summary>Files that are not what was written; their payments are not counted above.</summary>
    public required IReadOnlyList<DamagedFile> Damaged { get; init; }
}
