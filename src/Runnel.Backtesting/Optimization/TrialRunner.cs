namespace Runnel.Backtesting;

/// <summary>Runs one combination after the other over the same klines, in any order and on any number of threads. Indicators are worked out
/// once and kept for the next, so one that lives long is worth more than one for each few runs. The figures are those of
/// <see cref="Backtest.RunStatistics"/>, to the bit.</summary>
public sealed class TrialRunner : IDisposable
{
    private readonly Klines klines;
    private readonly BacktestSettings settings;
    private readonly SharedIndicators shared;

    /// <summary>Checks the input and begins without any indicator.</summary>
    /// <param name="klines">At least one bar.</param>
    /// <param name="settings">Account and broker, the same for all.</param>
    /// <param name="indicatorBytes">Most bytes of indicators to keep; a run makes for itself what does not fit. Default: 512 MiB.</param>
    /// <exception cref="BacktestInputException">There are no bars, or a setting makes no sense.</exception>
    public TrialRunner(Klines klines, BacktestSettings settings, long indicatorBytes = SharedIndicators.UsualBytes)
    {
        Backtest.Check(klines, settings);
        (this.klines, this.settings, shared) = (klines, settings, new SharedIndicators(indicatorBytes));
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
        using Account account = new(klines, settings);
        using IndicatorSource indicators = new(klines, shared);
        strategy.Start(new Run(klines, account, indicators, null, cancellationToken));
        return new GridRow(strategy, StatisticsBuilder.Of(klines, account))
        {
            DailyReturns = keepDailyReturns ? DailyReturns.Of(account.Curve.DayValues) : [],
        };
    }

    /// <summary>Gives the indicators' memory back. No run may be going on.</summary>
    public void Dispose() => shared.Dispose();
}
