using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Bars read from a file of another program.</summary>
/// <param name="Klines">The bars, at least one.</param>
/// <param name="Format">What the file was taken for, in words: <c>CSV with a header, times in seconds</c>.</param>
public sealed record ImportedKlines(Klines Klines, string Format);
