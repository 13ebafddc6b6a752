using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Tests the winner of each window where it was not searched. That is one run over the klines in all, so the last step of an optimization does it itself.</summary>
internal static class WindowResults
{
    public static OptimizationReply AddTo(
        OptimizationReply reply, OptimizationSession session, IReadOnlyList<List<RankedTrial>> ranked,
        IReadOnlyDictionary<(int Segment, long Trial), OptimizationTrial> winners, IReadOnlyList<long> searched, CancellationToken cancellationToken)
    {
        List<OptimizationWindow> windows = [];
        StitchedEquity stitched = new(session.Plan.Settings.Cash);
        double trainPerBar = 0, testPerBar = 0;
        for (int i = 0; i < session.Windows.Count; i++)
        {
            WindowCut cut = session.Windows[i];
            int testBars = cut.TestBars, trainBars = cut.TrainBars;
            int counted = Math.Min(testBars, i + 1 < session.Windows.Count ? session.Windows[i + 1].TestFirst - cut.TestFirst : testBars);
            OptimizationTrial? best = ranked[i].Count > 0 && !double.IsNaN(ranked[i][0].Score) ? winners[(i, ranked[i][0].Trial)] : null;
            Klines klines = session.Data.Klines.Slice(cut.TestFirst, testBars);
            BacktestResult? test = best is null ? null
                : Backtest.Run(klines, session.Plan.Strategy.Create(best.Params), session.Plan.Settings, cancellationToken: cancellationToken);
            if (test is not null)
            {
                trainPerBar += best!.Statistics.TotalReturnPercent / trainBars;
                testPerBar += test.Statistics.TotalReturnPercent / testBars;
            }

            if (searched[i] > 0) // else its time was over before it began
                stitched.Add(klines.OpenTimes[..counted], test?.Equity.Take(counted).ToArray());
            windows.Add(new OptimizationWindow
            {
                TrainFrom = At(session.Data.Klines, cut.Train[0].First),
                Train = session.Plan.Kind == OptimizationKind.KFold ? [.. cut.Train.Select(t => Stretch(session.Data.Klines, t))] : null,
                TestFrom = At(session.Data.Klines, cut.TestFirst),
                TestTo = At(session.Data.Klines, cut.TestLast - 1),
                TrainBars = trainBars,
                TestBars = testBars,
                Trials = searched[i],
                Best = best,
                TestValue = test is null ? null : session.Plan.Metric.ValueOf(session.Plan.Metric.Score(test.Statistics)),
                Test = test?.Statistics,
            });
        }

        reply = reply with { Windows = windows, Warnings = [.. reply.Warnings ?? [], .. Unfinished(reply, session, searched)] };
        if (searched.All(trials => trials == 0))
            return reply;
        double[] returns = stitched.DailyReturns();
        double? ratio = StitchedEquity.Sharpe(returns, session.Plan.Settings.AnnualizationDays);
        (double Low, double High)? interval = GuardFigures.SharpeInterval(returns, session.Plan.Settings.AnnualizationDays);
        return reply with
        {
            OutOfSample = new OutOfSample
            {
                TotalReturnPercent = stitched.ReturnPercent,
                Sharpe = ratio,
                ProbabilisticSharpe = ratio is null || Overfitting.ProbabilisticSharpe(returns, 0) is not (>= 0 and var probability) ? null : probability,
                SharpeLow = interval?.Low,
                SharpeHigh = interval?.High,
                MaxDrawdownPercent = stitched.MaxDrawdownPercent,
                EfficiencyRatio = trainPerBar > 0 ? testPerBar / trainPerBar : null,
                ProfitableWindowsPercent = 100.0 * windows.Count(w => w.Test?.TotalReturnPercent > 0) / searched.Count(trials => trials > 0),
                Equity = BacktestReplies.Samples(stitched.Values),
            },
        };
    }

    private static IEnumerable<string> Unfinished(OptimizationReply reply, OptimizationSession session, IReadOnlyList<long> searched)
    {
        if (reply.Stopped?.By != StopRules.BySeconds || searched.All(trials => trials == 0))
            yield break;
        int none = searched.Count(trials => trials == 0), part = searched.Count(trials => trials > 0 && trials < session.Plan.AllTrials);
        yield return $"The time was over: {part} of {searched.Count} windows were tested with the best of some of their trials, and {none} had none and are not in the figures out of sample.";
    }

    private static OptimizationStretch Stretch(Klines klines, (int First, int Last) bars) =>
        new() { From = At(klines, bars.First), To = At(klines, bars.Last - 1), Bars = bars.Last - bars.First };

    private static DateTimeOffset At(Klines klines, int bar) => DateTimeOffset.FromUnixTimeMilliseconds(klines.OpenTimes[bar]);
}
