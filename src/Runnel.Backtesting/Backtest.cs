namespace Runnel.Backtesting;

/// <summary>Runs a strategy over klines. No clock, no I/O, no state between runs: the same input gives the same result, and any
/// number of threads may run at once.</summary>
public static class Backtest
{
    /// <summary>Runs a strategy and keeps all that it found.</summary>
    /// <param name="klines">At least one bar.</param>
    /// <param name="strategy">From <see cref="Strategies.Create"/>.</param>
    /// <param name="settings">Account and broker.</param>
    /// <param name="progress">Told the fraction done, every 65,536 bars and at the end; null for nobody.</param>
    /// <param name="cancellationToken">Looked at every 65,536 bars.</param>
    /// <returns>Trades, equity and statistics.</returns>
    /// <exception cref="BacktestInputException">There are no bars, or a setting makes no sense, alone or for this strategy.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static BacktestResult Run(Klines klines, Strategy strategy, BacktestSettings settings, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Check(klines, settings);
        using Account account = new(klines, settings, EquityOf(klines));
        using IndicatorSource indicators = new(klines);
        Run run = new(klines, account, indicators, progress, cancellationToken);
        strategy.Start(run);
        return ResultBuilder.Of(klines, account, run.FirstEvaluatedBar);
    }

    /// <summary>Runs a strategy written in C# and keeps all that it found.</summary>
    /// <param name="klines">At least one bar.</param>
    /// <param name="strategy">A new instance: it holds the state of this run.</param>
    /// <param name="settings">Account and broker; the direction is the strategy's own affair.</param>
    /// <param name="progress">Told the fraction done, every 65,536 bars and at the end; null for nobody.</param>
    /// <param name="cancellationToken">Looked at every 65,536 bars.</param>
    /// <returns>Trades, equity and statistics.</returns>
    /// <exception cref="BacktestInputException">There are no bars, or a setting or an order makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static BacktestResult Run(Klines klines, IStrategy strategy, BacktestSettings settings, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Check(klines, settings);
        using Account account = new(klines, settings, EquityOf(klines));
        using IndicatorSource indicators = new(klines);
        Run run = new(klines, account, indicators, progress, cancellationToken);
        run.Loop(new CustomRule(strategy, new StrategyContext(klines, account)));
        return ResultBuilder.Of(klines, account, run.FirstEvaluatedBar);
    }

    /// <summary>Runs a strategy for its figures alone, which is faster: nothing is kept for each bar or trade.</summary>
    /// <param name="klines">At least one bar.</param>
    /// <param name="strategy">From <see cref="Strategies.Create"/>.</param>
    /// <param name="settings">Account and broker.</param>
    /// <param name="cancellationToken">Looked at every 65,536 bars.</param>
    /// <returns>The same figures as those of <see cref="Run(Klines, Strategy, BacktestSettings, IProgress{double}, CancellationToken)"/>.</returns>
    /// <exception cref="BacktestInputException">There are no bars, or a setting makes no sense, alone or for this strategy.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static BacktestStatistics RunStatistics(Klines klines, Strategy strategy, BacktestSettings settings,
        CancellationToken cancellationToken = default)
    {
        Check(klines, settings);
        using Account account = new(klines, settings);
        using IndicatorSource indicators = new(klines);
        strategy.Start(new Run(klines, account, indicators, null, cancellationToken));
        return StatisticsBuilder.Of(klines, account);
    }

    /// <summary>How many bars a run with <see cref="BacktestSettings.FinerKlines"/> works off whole, since the finer bars for them are missing or do not add up
    /// to them.</summary>
    /// <param name="klines">The bars of the run.</param>
    /// <param name="finer">Bars of a shorter interval over the same time.</param>
    public static int CountUnrefined(Klines klines, Klines finer) => new FinerBars(klines, finer).NotRefined;

    internal static void Check(Klines klines, BacktestSettings settings)
    {
        settings.Validate();
        if (klines.Count == 0)
            throw new BacktestInputException("klines", "empty", $"Give a symbol, interval and date range with at least one bar of {klines.Symbol}.");
    }

    private static double[] EquityOf(Klines klines) => GC.AllocateUninitializedArray<double>(klines.Count);
}
