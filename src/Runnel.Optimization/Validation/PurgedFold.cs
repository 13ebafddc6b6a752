namespace Runnel.Optimization;

/// <summary>A fold. Ranges are [first, last) in bars of the whole.</summary>
/// <param name="TestFirst">First bar of the test.</param>
/// <param name="TestLast">Bar after the test.</param>
/// <param name="Train">One or two ranges to train on; each is run as a data set of its own.</param>
public sealed record PurgedFold(int TestFirst, int TestLast, IReadOnlyList<(int First, int Last)> Train);
