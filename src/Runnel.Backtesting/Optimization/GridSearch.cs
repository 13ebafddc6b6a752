namespace Runnel.Backtesting;

/// <summary>Runs many combinations over the same klines. Indicators are worked out once and shared; the rows come in the order of the
/// combinations whatever the number of threads.</summary>
public static class GridSearch
{
    /// <summary>Runs every combination.</summary>
    /// <param name="klines">At least one bar.</param>
    /// <param name="strategies">The combinations, for instance from <see cref="ParameterGrid"/>.</param>
    /// <param name="settings">Account and broker, the same for all.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="keepDailyReturns">Whether rows hold their daily returns, which the overfitting figures need.</param>
    /// <param name="progress">Told the fraction of combinations that are done; null for nobody. Called from several threads.</param>
    /// <param name="cancellationToken">Looked at between combinations and every 65,536 bars.</param>
    /// <returns>A row for each combination.</returns>
    /// <exception cref="BacktestInputException">There are no bars, or a setting makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<GridRow> Run(Klines klines, IReadOnlyList<Strategy> strategies, BacktestSettings settings, int threads = 1,
        bool keepDailyReturns = false, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using TrialRunner runner = new(klines, settings);
        GridRow[] rows = new GridRow[strategies.Count];
        int done = 0;
        void RunOne(int index)
        {
            rows[index] = runner.Run(strategies[index], keepDailyReturns, cancellationToken);
            int now = Interlocked.Increment(ref done);
            progress?.Report((double)now / rows.Length);
        }

        if (threads == 1)
        {
            for (int i = 0; i < rows.Length; i++)
                RunOne(i);
            return rows;
        }

        try
        {
            Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, RunOne);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<BacktestInputException>().FirstOrDefault() is { } cause)
        {
            throw new BacktestInputException(cause.Field, cause.Value, cause.Remedy);
        }

        return rows;
    }
}
