namespace Runnel.MarketData;

/// <summary>How far a fetch is.</summary>
/// <param name="Fraction">Share of the missing time that is stored by now, 0 to 1.</param>
/// <param name="RowsFetched">Rows that the exchange sent so far.</param>
/// <param name="At">Everything before this time (UTC) is stored.</param>
public sealed record KlineFetchProgress(double Fraction, long RowsFetched, DateTimeOffset At);
