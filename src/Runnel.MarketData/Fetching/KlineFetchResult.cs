namespace Runnel.MarketData;

/// <summary>What a fetch did. Where funding was fetched, a bar is a payment, and no gaps are told: payments have no fixed distance.</summary>
public sealed record KlineFetchResult
{
    /// <summary>Rows that the exchange sent.</summary>
    public required long RowsFetched { get; init; }

    /// <summary>Bars that were new to the store, or other than before.</summary>
    public required long RowsStored { get; init; }

    /// <summary>Stretches of the range that nobody had asked for before, and which are covered now.</summary>
    public required int GapsFilled { get; init; }

    /// <summary>Holes in the range for which the exchange has no bars: its outages.</summary>
    public required IReadOnlyList<KlineGap> Gaps { get; init; }

    /// <summary>Bars of the range in the store now.</summary>
    public required long Bars { get; init; }

    /// <summary>Open time of the first of them (UTC), or null where there is none.</summary>
    public required DateTimeOffset? First { get; init; }

    /// <summary>Open time of the last of them (UTC), or null where there is none.</summary>
    public required DateTimeOffset? Last { get; init; }

    /// <summary>XXH128 over the whole series, in hex.</summary>
    public required string Checksum { get; init; }
}
