namespace Runnel.Backtesting;

/// <summary>Where an equity curve ended and how deep it went.</summary>
/// <param name="Last">Equity of the last bar.</param>
/// <param name="Drawdown">Largest 1 - equity / highest equity so far, a fraction.</param>
/// <param name="DrawdownBar">Its bar.</param>
/// <param name="DrawdownPeakBar">Bar of the high before it.</param>
/// <param name="Bars">How many bars it has.</param>
/// <param name="Milliseconds">From the first bar to the last one, holes between stretches left out.</param>
internal readonly record struct EquityExtent(double Last, double Drawdown, int DrawdownBar, int DrawdownPeakBar, int Bars, long Milliseconds);
