namespace Runnel.Trading;

/// <summary>One window of an optimization that has several: where parameters are searched, and where the winner is tested.</summary>
/// <param name="Train">The stretches that are searched, [first, last) in bars of the whole; each is run as a data set of its own.</param>
/// <param name="TestFirst">First bar of the test.</param>
/// <param name="TestLast">Bar after the test.</param>
internal sealed record WindowCut(IReadOnlyList<(int First, int Last)> Train, int TestFirst, int TestLast)
{
    public int TrainBars => Train.Sum(t => t.Last - t.First);

    public int TestBars => TestLast - TestFirst;
}
