namespace Runnel.MarketData;

/// <summary>What a repair did.</summary>
/// <param name="DamagedFiles">Files that were deleted and fetched again.</param>
/// <param name="GapsAsked">Holes about which the exchange was asked once more.</param>
/// <param name="RowsStored">Bars that came.</param>
/// <param name="MissingBars">Bars absent still between the first and the last: the exchange has none.</param>
public sealed record KlineRepairResult(int DamagedFiles, int GapsAsked, long RowsStored, long MissingBars);
