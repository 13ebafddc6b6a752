namespace Runnel.Backtesting;

/// <summary>One window of a walk-forward test. Ranges are [first, last) in bars of the whole.</summary>
/// <param name="TrainFirst">First bar of the train part.</param>
/// <param name="TestFirst">First bar of the test part, which ends the train part.</param>
/// <param name="TestLast">Bar after the test part.</param>
/// <param name="Best">The best combination of the train part, with its figures there.</param>
/// <param name="Test">Figures of that combination on the test part.</param>
public sealed record WalkForwardWindow(int TrainFirst, int TestFirst, int TestLast, GridRow Best, BacktestStatistics Test);
