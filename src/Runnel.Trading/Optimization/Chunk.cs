namespace Runnel.Trading;

/// <summary>A stretch of trials that one task runs.</summary>
/// <param name="Number">Its number in the optimization, from 0 in the order of planning.</param>
/// <param name="Segment">The window whose part it searches; 0 where there is only the whole range.</param>
/// <param name="First">Its first trial.</param>
/// <param name="Count">How many trials.</param>
/// <param name="Budget">Time after which it begins no further trial: what is left is planned anew.</param>
internal sealed record Chunk(int Number, int Segment, long First, int Count, TimeSpan Budget)
{
    /// <summary>The points of its trials, one after the other, where a method that learns from results asked for them; null where a trial's number gives
    /// its point.</summary>
    public double[]? Points { get; init; }

    /// <summary>The fraction of the range that its trials run on: its end.</summary>
    public double Share { get; init; } = 1;
}
