namespace Runnel.Backtesting;

/// <summary>Picks parameters on one stretch of the market and tests them on the next, again and again.</summary>
/// <remarks>Every part is a data set of its own: indicators warm up inside it, the account starts with the initial cash, and a trade open at
/// the end is marked at the last close. Source: R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008.</remarks>
public static class WalkForward
{
    /// <summary>Runs all windows that fit.</summary>
    /// <param name="klines">The whole stretch.</param>
    /// <param name="strategies">The combinations to pick from; the earlier one wins a tie.</param>
    /// <param name="settings">Account and broker.</param>
    /// <param name="plan">Lengths of the windows.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="progress">Told the fraction of windows that are done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between combinations and every 65,536 bars.</param>
    /// <returns>The windows in order.</returns>
    /// <exception cref="BacktestInputException">A length or a setting makes no sense, or not one window fits.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<WalkForwardWindow> Run(Klines klines, IReadOnlyList<Strategy> strategies, BacktestSettings settings,
        WalkForwardPlan plan, int threads = 1, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        plan.Check(klines.Count);
        int count = (klines.Count - plan.Train - plan.Test) / plan.Step + 1;
        List<WalkForwardWindow> windows = new(count);
        for (int i = 0; i < count; i++)
        {
            windows.Add(Window(klines, strategies, settings, plan, i, threads, cancellationToken));
            progress?.Report((double)(i + 1) / count);
        }

        return windows;
    }

    /// <summary>Return of running the tests one after the other with all that there is: (product of final / initial equity - 1) * 100.</summary>
    /// <param name="windows">From <see cref="Run"/>.</param>
    /// <returns>Percent.</returns>
    public static double CompoundedReturnPercent(IReadOnlyList<WalkForwardWindow> windows) =>
        (windows.Aggregate(1.0, (product, window) => product * (window.Test.FinalEquity / window.Test.InitialEquity)) - 1) * 100;

    private static WalkForwardWindow Window(Klines klines, IReadOnlyList<Strategy> strategies, BacktestSettings settings, WalkForwardPlan plan,
        int index, int threads, CancellationToken cancellationToken)
    {
        int test = plan.Train + index * plan.Step, train = plan.Anchored ? 0 : test - plan.Train;
        IReadOnlyList<GridRow> rows = GridSearch.Run(klines.Slice(train, test - train), strategies, settings, threads, cancellationToken: cancellationToken);
        GridRow best = rows[Ranking.Best(rows, plan.Objective)];
        BacktestStatistics tested = Backtest.RunStatistics(klines.Slice(test, plan.Test), best.Strategy, settings, cancellationToken);
        return new WalkForwardWindow(train, test, test + plan.Test, best, tested);
    }
}
