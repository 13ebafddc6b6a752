namespace Runnel.MarketData;

/// <summary>One reply to a request for bars.</summary>
/// <param name="Clock">The exchange's clock when it answered, Unix milliseconds: a bar that ends after it is still open.</param>
/// <param name="AnyRow">Whether the reply held any row, also outside of the window.</param>
/// <param name="Rows">Open times and open, high, low, close, volume of the window's bars, oldest first, each once.</param>
internal sealed record BybitWindow(long Clock, bool AnyRow, IReadOnlyList<(long Time, double[] Row)> Rows);
