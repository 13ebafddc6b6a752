using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Bars and where they came from. Immutable.</summary>
public sealed record KlineData
{
    /// <summary>The bars, at least one.</summary>
    public required Klines Klines { get; init; }

    /// <summary>Length of a bar.</summary>
    public required KlineInterval Interval { get; init; }

    /// <summary>Origin in words a trader reads, for instance <c>file bybit-linear-BTCUSDT-60.csv.gz</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The funding payments that go with them; null where none were asked for.</summary>
    public FundingData? Funding { get; init; }

    /// <summary>The instrument by whose steps orders are rounded; null where that was not asked for.</summary>
    public BybitInstrument? Instrument { get; init; }

    /// <summary>True where the bars were invented and say nothing about a real market.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>How many bars are absent between the first and the last. Nothing is filled in: outages and closed markets stay holes.</summary>
    public long MissingBars
    {
        get
        {
            ReadOnlySpan<long> times = Klines.OpenTimes;
            return Interval.CountBetween(Interval.Floor(times[0]), Interval.Floor(times[^1])) + 1 - times.Length;
        }
    }
}
