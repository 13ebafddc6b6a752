using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Runs the trials of a chunk. The bench has one that only waits.</summary>
internal delegate Task<ChunkResult> ChunkRun(OptimizationSession session, Chunk chunk, TimeProvider time, CancellationToken cancellationToken);

/// <summary>Runs the trials of a chunk on the calling thread. What comes out depends on the chunk's trials alone, to the bit.</summary>
internal static class ChunkRunner
{
    /// <summary>As <see cref="Run"/>, for a handler.</summary>
    public static Task<ChunkResult> RunAsync(OptimizationSession session, Chunk chunk, TimeProvider time, CancellationToken cancellationToken) =>
        Task.FromResult(Run(session, chunk, time, cancellationToken));

    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ChunkResult Run(OptimizationSession session, Chunk chunk, TimeProvider time, CancellationToken cancellationToken)
    {
        OptimizationPlan plan = session.Plan;
        using SegmentRunner runner = session.RentRunner(chunk.Segment, chunk.Share);
        long started = time.GetTimestamp();
        List<BacktestStatistics?> rows = new(Math.Min(chunk.Count, 4096));
        List<double> status = new(rows.Capacity), scores = new(rows.Capacity);
        List<double>[] more = [.. plan.Metrics.Skip(1).Select(_ => new List<double>(rows.Capacity))];
        int skipped = 0, failed = 0;
        string? error = null;
        for (int i = 0; i < chunk.Count && (i == 0 || time.GetElapsedTime(started) < chunk.Budget); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BacktestStatistics? statistics = null;
            TrialStatus how = TrialStatus.Completed;
            try
            {
                if (plan.Strategy.TryCreate(ParametersOf(plan, chunk, i)) is { } strategy)
                    statistics = runner.Run(strategy, cancellationToken: cancellationToken).Statistics;
                else
                    (how, skipped) = (TrialStatus.Skipped, skipped + 1);
            }
            catch (BacktestInputException e)
            {
                (how, failed) = (TrialStatus.Failed, failed + 1);
                error ??= e.Message;
            }

            rows.Add(statistics);
            status.Add((double)how);
            scores.Add(statistics is null ? double.NaN : plan.Metric.Score(statistics));
            for (int metric = 1; metric < plan.Metrics.Count; metric++)
                more[metric - 1].Add(statistics is null ? double.NaN : plan.Metrics[metric].Score(statistics));
        }

        return new ChunkResult
        {
            Done = rows.Count,
            Skipped = skipped,
            Failed = failed,
            Elapsed = time.GetElapsedTime(started),
            Top = chunk.Share == 1 ? Best(chunk.First, rows, scores, plan.Top) : [], // scores on a part of the range do not compare with the others
            Block = BlockOf(plan, chunk, rows, status, scores, more),
            Error = error,
        };
    }

    private static List<RankedTrial> Best(long first, List<BacktestStatistics?> rows, List<double> scores, int top)
    {
        List<RankedTrial> ranked = [];
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not null)
                ranked.Add(new RankedTrial(first + i, scores[i]));
        }

        ranked.Sort((left, right) => TrialMetric.Compare(left.Score, left.Trial, right.Score, right.Trial));
        return ranked.Count <= top ? ranked : ranked[..top];
    }

    private static IReadOnlyDictionary<string, double> ParametersOf(OptimizationPlan plan, Chunk chunk, int index)
    {
        int width = plan.Search.Space.Parameters.Count;
        return plan.ParametersOf(chunk.First + index, chunk.Points is { } points ? points.AsSpan(index * width, width) : default);
    }

    private static TrialBlock BlockOf(OptimizationPlan plan, Chunk chunk, List<BacktestStatistics?> rows, List<double> status, List<double> scores, List<double>[] more)
    {
        TrialBlock block = new(rows.Count) { [TrialBlock.StatusColumn] = [.. status], [TrialBlock.ScoreColumn] = [.. scores] };
        for (int i = 0; i < more.Length; i++)
            block[TrialBlock.MoreScoresColumn + (i + 1)] = [.. more[i]];
        if (plan.Method.Halving is not null)
            block[TrialBlock.BudgetColumn] = [.. Enumerable.Repeat(chunk.Share, rows.Count)];
        for (int i = 0; chunk.Points is not null && i < plan.Search.Space.Parameters.Count; i++)
        {
            int width = plan.Search.Space.Parameters.Count, at = i;
            block[TrialBlock.PointColumn + i] = [.. Enumerable.Range(0, rows.Count).Select(row => chunk.Points[row * width + at])];
        }

        for (int column = 0; column < StatisticColumns.Names.Count; column++)
        {
            double[] values = new double[rows.Count];
            for (int i = 0; i < values.Length; i++)
                values[i] = rows[i] is { } statistics ? StatisticColumns.Read(statistics, column) : double.NaN;
            block[StatisticColumns.Names[column]] = values;
        }

        return block;
    }
}
