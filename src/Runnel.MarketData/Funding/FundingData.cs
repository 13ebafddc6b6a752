using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Funding payments and where they came from.</summary>
/// <param name="Rates">The payments of the range; none where the source says that there was none.</param>
/// <param name="Source">Origin in words a trader reads, for instance <c>store (bybit)</c>.</param>
public sealed record FundingData(FundingRates Rates, string Source);
