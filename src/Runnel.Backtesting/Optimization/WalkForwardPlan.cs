namespace Runnel.Backtesting;

/// <summary>How a walk-forward test cuts its klines. All lengths are in bars.</summary>
public sealed record WalkForwardPlan
{
    /// <summary>Bars on which combinations are compared.</summary>
    public required int Train { get; init; }

    /// <summary>Bars after them on which the best one is tested.</summary>
    public required int Test { get; init; }

    /// <summary>Bars from one window to the next; <see cref="Test"/> leaves no gap and no overlap.</summary>
    public required int Step { get; init; }

    /// <summary>Whether every train part starts at bar 0 and grows, instead of moving on. Default: false.</summary>
    public bool Anchored { get; init; }

    /// <summary>What makes a combination the best one. Default: final equity.</summary>
    public Objective Objective { get; init; } = Objective.FinalEquity;

    internal void Check(int bars)
    {
        Require("train", Train, Train >= 1);
        Require("test", Test, Test >= 1);
        Require("step", Step, Step >= 1);
        if ((long)Train + Test > bars)
            throw new BacktestInputException("train", Train, $"Give at most {bars} bars for train and test together; there are no more klines.");
    }

    private static void Require(string field, int value, bool holds)
    {
        if (!holds)
            throw new BacktestInputException(field, value, "Give a number of bars, at least 1.");
    }
}
