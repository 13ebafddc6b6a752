namespace Runnel.MarketData;

/// <summary>A catalogue entry: what a store holds of a series. Read from the files themselves.</summary>
public sealed record StoredSeries
{
    /// <summary>Which.</summary>
    public required KlineSeries Series { get; init; }

    /// <summary>Number of bars.</summary>
    public required long Bars { get; init; }

    /// <summary>Open time of the first bar (UTC), or null where there is none.</summary>
    public required DateTimeOffset? First { get; init; }

    /// <summary>Open time of the last bar (UTC), or null where there is none.</summary>
    public required DateTimeOffset? Last { get; init; }

    /// <summary>Bars absent between the first and the last.</summary>
    public required long MissingBars { get; init; }

    /// <summary>Times of which all bars that the source has, are here. A range from 0 says that there is nothing before.</summary>
    public required IReadOnlyList<TimeRange> Covered { get; init; }

    /// <summary>Where its bars came from: <c>bybit</c>, <c>import</c>.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Number of files, one a month.</summary>
    public required int Files { get; init; }

    /// <summary>Bytes on the disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>XXH128 over the checksums of the files, in hex: two stores with the same one hold the same bars.</summary>
    public required string Checksum { get; init; }

    /// <summary>Files that are not what was written; their bars are not counted above.</summary>
    public required IReadOnlyList<DamagedFile> Damaged { get; init; }
}
