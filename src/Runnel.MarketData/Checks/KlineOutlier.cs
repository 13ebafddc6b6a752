namespace Runnel.MarketData;

/// <summary>A bar that stands out from those around it.</summary>
/// <param name="OpenTime">When it opened (UTC).</param>
/// <param name="TimesTypical">Its range, or its jump from the bar before, over the typical range around it.</param>
public sealed record KlineOutlier(DateTimeOffset OpenTime, double TimesTypical);
