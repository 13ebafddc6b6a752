using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Works out how much of the best trial is likely luck. Deterministic: every resample has a seed of its own.</summary>
internal static class GuardFigures
{
    private const double Ready = 0.95; // the share of orders whose drawdown is not exceeded

    /// <param name="session">The optimization.</param>
    /// <param name="best">Its best trial.</param>
    /// <param name="ratios">Sharpe ratios per day of all trials that ran.</param>
    /// <param name="near">What lies around the best trial.</param>
    /// <param name="sample">Overfitting and reality check of a sample of the trials.</param>
    public static OptimizationGuards Of(
        OptimizationSession session, OptimizationTrial best, List<double> ratios, Neighborhood near, (double? Overfitting, double? RealityCheck) sample)
    {
        double luck = Overfitting.ExpectedBestSharpe(ratios.ToArray()), days = session.Plan.Settings.AnnualizationDays, year = Math.Sqrt(days);
        using SegmentRunner runner = session.RentRunner(0);
        double[] returns = [.. runner.Run(session.Plan.Strategy.Create(best.Params), keepDailyReturns: true).DailyReturns];
        double? probabilistic = Defined(Overfitting.ProbabilisticSharpe(returns, 0)), deflated = Defined(Overfitting.ProbabilisticSharpe(returns, luck));
        (double Low, double High)? interval = SharpeInterval(returns, days);
        TradeShuffle? shuffle = Shuffle(session, best);
        return new OptimizationGuards
        {
            Trials = ratios.Count,
            BestSharpe = best.Statistics.Sharpe,
            LuckSharpe = luck * year,
            ProbabilisticSharpe = probabilistic,
            DeflatedSharpe = deflated,
            OverfittingProbability = sample.Overfitting,
            RealityCheck = sample.RealityCheck,
            SharpeLow = interval?.Low,
            SharpeHigh = interval?.High,
            NeighborhoodScore = Defined(near.Score),
            Neighbors = near.Neighbors,
            TradeDrawdownPercent = shuffle?.ObservedDrawdownPercent,
            ShuffledDrawdownPercent = shuffle?.DrawdownPercent(Ready),
            ShuffledShareAtLeastObserved = shuffle?.ShareAtLeastObserved,
            Headline = FormattableString.Invariant($"The best of {ratios.Count} trials by luck alone would reach a Sharpe ratio of {luck * year:0.00}; the best here has ")
                + (best.Statistics.Sharpe is { } sharpe ? FormattableString.Invariant($"{sharpe:0.00}") : "none")
                + (deflated is { } chance ? FormattableString.Invariant($", which is more than luck with a probability of {chance * 100:0.#} %.") : "."),
        };
    }

    /// <summary>Where 95 % of the annualized Sharpe ratios of resampled histories lie; null where there are too few returns, or they do not vary.</summary>
    public static (double Low, double High)? SharpeInterval(double[] dailyReturns, double annualizationDays)
    {
        if (dailyReturns.Length < 20 || dailyReturns.All(r => r == dailyReturns[0]))
            return null;
        ConfidenceInterval interval = Bootstrap.Interval(dailyReturns, r => Overfitting.SharpePerReturn(r), resamples: 1000);
        double year = Math.Sqrt(annualizationDays);
        return (interval.Low * year, interval.High * year);
    }

    // The trades of the best trial as fractions of the equity before each.
    private static TradeShuffle? Shuffle(OptimizationSession session, OptimizationTrial best)
    {
        Klines klines = session.Data.Klines;
        BacktestResult result = Backtest.Run(klines, session.Plan.Strategy.Create(best.Params), session.Plan.Settings);
        double[] trades = [.. result.Trades.Select(t => (t.Pnl, Before: t.EntryBar > 0 ? result.Equity[t.EntryBar - 1] : session.Plan.Settings.Cash))
            .Where(t => t.Before > 0).Select(t => Math.Max(-1, t.Pnl / t.Before))];
        return trades.Length < 2 ? null : TradeShuffle.Run(trades, orders: 1000);
    }

    private static double? Defined(double value) => double.IsFinite(value) ? value : null;
}
