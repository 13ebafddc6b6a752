using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Puts an optimization whose chunks are all done together. Reads one chunk at a time; keeps the best trials and eight bytes for each trial.</summary>
internal sealed class OptimizationResults(OptimizationRecords records)
{
    public async Task<OptimizationReply> OfAsync(OptimizationSession session, PlannedStep last, DateTimeOffset now, CancellationToken cancellationToken)
    {
        OptimizationPlan plan = session.Plan;
        IReadOnlyList<ChunkTop> tops = await records.TopsAsync(plan.Id, cancellationToken);
        List<RankedTrial>[] ranked = new List<RankedTrial>[session.Segments]; // of each segment, its best
        int keep = plan.Kind.HasWindows() ? 1 : plan.Top;
        for (int segment = 0; segment < ranked.Length; segment++)
            ranked[segment] = Best(tops.Where(t => t.Segment == segment), keep);

        Dictionary<(int Segment, long Trial), OptimizationTrial> winners = [];
        long[] searched = new long[session.Segments];
        List<double> ratios = [];
        LuckSample sample = new(plan, last.Totals.RanWhole);
        FrontTrials? front = plan.Metrics.Count > 1 ? new FrontTrials(plan) : null;
        NeighborhoodSearch? near = await AroundBestAsync(plan, cancellationToken);
        await foreach (ChunkBlock chunk in records.BlocksAsync(plan.Id, cancellationToken))
        {
            foreach (RankedTrial trial in ranked[chunk.Segment].Where(t => t.Trial >= chunk.First && t.Trial < chunk.First + chunk.Block.Count))
                winners[(chunk.Segment, trial.Trial)] = TrialOf(plan, chunk, trial);
            searched[chunk.Segment] += chunk.Block.Count;
            if (!plan.Kind.HasWindows() && chunk.IsWhole)
            {
                AddRatios(chunk.Block, ratios);
                sample.Add(chunk);
                AddPoints(plan, chunk, near);
                front?.Add(chunk);
            }
        }

        OptimizationReply reply = new()
        {
            OptimizationId = plan.Id,
            Status = "completed",
            OptimizationType = SnakeCase.Of(plan.Kind.ToString()),
            Metric = plan.Metric.Name,
            Objective = plan.Metric.Objective,
            Strategy = plan.Strategy.Name,
            Symbol = plan.Request.Symbol,
            Interval = plan.Request.Interval.Name,
            Data = BacktestReplies.DataOf(session.Data),
            Trials = new TrialCounts
            {
                Total = session.Segments * plan.AllTrials,
                Completed = last.Totals.Done - last.Totals.Skipped - last.Totals.Failed,
                Skipped = last.Totals.Skipped,
                Failed = last.Totals.Failed,
            },
            Stopped = OptimizationStop.From(session, last),
            Run = new OptimizationRun
            {
                Seconds = (now.ToUnixTimeMilliseconds() - last.StartedAt) / 1000.0,
                ChunkSeconds = last.Totals.Elapsed.TotalSeconds,
                Chunks = last.Chunks,
            },
            Warnings = await WarningsAsync(session, last, cancellationToken),
        };
        if (plan.Kind.HasWindows())
            return WindowResults.AddTo(reply, session, ranked, winners, searched, cancellationToken);

        List<OptimizationTrial> top = [.. ranked[0].Where(t => !double.IsNaN(t.Score)).Select(t => winners[(0, t.Trial)])];
        return reply with
        {
            Best = top.FirstOrDefault(),
            Front = front?.Result(),
            Top = top,
            Guards = top.Count > 0 ? GuardFigures.Of(session, top[0], ratios, near!.Result(), sample.Judge(session, cancellationToken)) : null,
        };
    }

    private static List<RankedTrial> Best(IEnumerable<ChunkTop> tops, int keep)
    {
        List<RankedTrial> all = [.. tops.SelectMany(t => t.Top)];
        all.Sort((left, right) => TrialMetric.Compare(left.Score, left.Trial, right.Score, right.Trial));
        return all.Count <= keep ? all : all[..keep];
    }

    private static OptimizationTrial TrialOf(OptimizationPlan plan, ChunkBlock chunk, RankedTrial trial)
    {
        int row = (int)(trial.Trial - chunk.First);
        BacktestStatistics statistics = StatisticColumns.ToStatistics(chunk.Block.Row(row));
        return new OptimizationTrial
        {
            Trial = trial.Trial,
            Params = plan.Strategy.Create(ParametersOf(plan, chunk.Block, trial.Trial, row)).Parameters,
            Value = plan.Metric.ValueOf(trial.Score),
            Statistics = statistics,
        };
    }

    private async Task<NeighborhoodSearch?> AroundBestAsync(OptimizationPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Kind.HasWindows() || (await records.TotalsAsync(plan.Id, cancellationToken)).Best is not { } best)
            return null;
        return new NeighborhoodSearch(plan.Search.Space, plan.Sampler?.At((int)best.Trial) ?? new Point(best.Point));
    }

    private static void AddPoints(OptimizationPlan plan, ChunkBlock chunk, NeighborhoodSearch? near)
    {
        double[] status = chunk.Block[TrialBlock.StatusColumn], scores = chunk.Block[TrialBlock.ScoreColumn];
        for (int row = 0; near is not null && row < chunk.Block.Count; row++)
        {
            if (status[row] != (double)TrialStatus.Skipped)
                near.Add(PointOf(plan, chunk.Block, chunk.First + row, row), scores[row]);
        }
    }

    /// <summary>Parameters of a stored trial.</summary>
    internal static IReadOnlyDictionary<string, double> ParametersOf(OptimizationPlan plan, TrialBlock block, long trial, int row) =>
        plan.Search.At(PointOf(plan, block, trial, row));

    private static Point PointOf(OptimizationPlan plan, TrialBlock block, long trial, int row) => plan.Sampler?.At((int)trial)
        ?? new Point([.. Enumerable.Range(0, plan.Search.Space.Parameters.Count).Select(i => block[TrialBlock.PointColumn + i][row])]);

    // Sharpe ratio per day, 0 where the returns do not vary, as Overfitting.SharpePerReturn has it.
    private static void AddRatios(TrialBlock block, List<double> ratios)
    {
        double[] status = block[TrialBlock.StatusColumn], means = block["daily_return_mean"], deviations = block["daily_return_standard_deviation"];
        for (int i = 0; i < block.Count; i++)
        {
            if (status[i] == (double)TrialStatus.Completed)
                ratios.Add(deviations[i] > 0 ? means[i] / deviations[i] : 0);
        }
    }

    private async Task<IReadOnlyList<string>> WarningsAsync(OptimizationSession session, PlannedStep last, CancellationToken cancellationToken)
    {
        List<string> warnings = BacktestReplies.DataWarnings(session.Plan.Request, session.Data);
        if (session.Plan.Settings.FinerKlines is { } finer && Backtest.CountUnrefined(session.Data.Klines, finer) is > 0 and int whole)
            warnings.Add(FormattableString.Invariant($"{whole} of {session.Data.Klines.Count} bars were worked off whole, since the finer bars for them are missing or do not add up to them."));
        if (last.Totals.Done == 0)
            warnings.Add("No trial ended in max_seconds. Give more.");
        else if (last.Totals.Ran == 0)
            warnings.Add("Not one combination of the parameters goes together, so nothing was run.");
        else if (last.Totals.RanWhole == 0)
            warnings.Add("No trial ended on the whole range in max_seconds, so there is nothing to choose from. Give more.");
        else if (session.Plan.Kind.HasRungs()) // not of windows, which have no guards
            warnings.Add(FormattableString.Invariant($"The guards know the {last.Totals.RanWhole} trials on the whole range alone. They were chosen by {last.Totals.Ran - last.Totals.RanWhole} on the ends of it, so luck had more chances than the guards say."));
        if (last.Totals.Failed > 0)
            warnings.Add($"{last.Totals.Failed} trials could not be run; the first of them: {await records.FirstErrorAsync(session.Plan.Id, cancellationToken)}");
        return warnings;
    }
}
