namespace Runnel.Backtesting;

/// <summary>Runs one combination after the other over the same klines, in any order and on any number of threads. Indicators are worked out
/// once and kept for the next, so one that lives long is worth more than one for each few runs. The figures are those of
/// <see cref="Backtest.RunStatistics"/>, to the bit.</summary>
public sealed class TrialRunner : IDisposable
{
    private readonly Klines klines;
    private readonly BacktestSettings settings;
    private readonly SharedIndicators shared;
    private readonly FinerBars? finer;

    /// <summary>Checks the input and begins without any indicator.</summary>
    /// <param name="klines">At least one bar.</param>
    /// <param name="settings">Account and broker, the same for all.</param>
    /// <param name="indicatorBytes">Most bytes of indicators to keep; a run makes for itself what does not fit. Default: 512 MiB.</param>
    /// <exception cref="BacktestInputException">There are no bars, or a setting makes no sense.</exception>
    public TrialRunner(Klines klines, BacktestSettings settings, long indicatorBytes = SharedIndicators.UsualBytes)
    {
        Backtest.Check(klines, settings);
        (this.klines, this.settings, shared) = (klines, settings, new SharedIndicators(indicatorBytes));
        finer = FinerBars.Of(klines, settings);
    }

    /// <summary>Bytes of the indicators that are kept now.</summary>
    public long IndicatorBytes => shared.Bytes;

    /// <summary>Runs one combination.</summary>
    /// <param name="strategy">The combination.</param>
    /// <param name="keepDailyReturns">Whether the row holds its daily returns.</param>
    /// <param name="cancellationToken">Looked at every 65,536 bars.</param>
    /// <returns>Its figures.</returns>
    /// <exception cref="BacktestInputException">A setting makes no sense for this strategy.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public GridRow Run(Strategy strategy, bool keepDailyReturns = false, CancellationToken cancellationToken = default)
    {
        using Account account = new(klines, settings, finer: finer);
        using IndicatorSource indicators = new(klines, shared);
        strategy.Start(new Run(klines, account, indicators, null, cancellationToken));
        return new GridRow(strategy, StatisticsBuilder.Of(klines, account))
        {
            DailyReturns = keepDailyReturns ? DailyReturns.Of(account.Curve.DayValues) : [],
        };
    }

    /// <summary>Runs one combination over several stretches of klines, one after the other. On each it is a run of its own: indicators warm up inside it, the account
    /// is flat and has the initial cash, and what is open at its end is marked there. The figures are of the chain: the equity of a stretch goes on from what
    /// the ones before left, so amounts of cash and sizes count times that / the initial cash. Bars are counted over all stretches; no daily return spans two.</summary>
    /// <param name="stretches">A runner for each, in order; all with the same settings.</param>
    /// <param name="strategy">The combination.</param>
    /// <param name="keepDailyReturns">Whether the row holds its daily returns.</param>
    /// <param name="cancellationToken">Looked at every 65,536 bars.</param>
    /// <returns>Its figures; of a single stretch those of <see cref="Run"/>, to the bit.</returns>
    /// <exception cref="BacktestInputException">A setting makes no sense for this strategy.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static GridRow RunInTurn(IReadOnlyList<TrialRunner> stretches, Strategy strategy, bool keepDailyReturns = false, CancellationToken cancellationToken = default)
    {
        ChainedResults results = new(stretches[0].settings);
        foreach (TrialRunner stretch in stretches)
        {
            if (results.IsLost)
            {
                results.Add(stretch.klines, null);
                continue;
            }

            using Account account = new(stretch.klines, stretch.settings, peak: results.Peak, finer: stretch.finer);
            using IndicatorSource indicators = new(stretch.klines, stretch.shared);
            strategy.Start(new Run(stretch.klines, account, indicators, null, cancellationToken));
            results.Add(stretch.klines, account);
        }

        return new GridRow(strategy, results.ToStatistics()) { DailyReturns = keepDailyReturns ? results.DailyReturns : [] };
    }

    /// <summary>Gives the indicators' memory back. No run may be going on.</summary>
    public void Dispose() => shared.Dispose();
}
