namespace Runnel.MarketData;

/// <summary>A hole in a stored series.</summary>
/// <param name="Range">From the open time of the first absent bar to that of the next bar that is there.</param>
/// <param name="Bars">How many bars are absent.</param>
/// <param name="IsConfirmed">True where the source was asked for that time and has no bars: an outage, or a closed market. False where nobody asked yet.</param>
public sealed record KlineGap(TimeRange Range, long Bars, bool IsConfirmed);
