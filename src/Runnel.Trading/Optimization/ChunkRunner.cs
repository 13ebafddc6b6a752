using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Runs the trials of a chunk on the calling thread. What comes out depends on the chunk's trials alone, to the bit.</summary>
internal static class ChunkRunner
{
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ChunkResult Run(OptimizationSession session, Chunk chunk, TimeProvider time, CancellationToken cancellationToken)
    {
        OptimizationPlan plan = session.Plan;
        TrialRunner runner = session.RunnerOf(chunk.Segment);
        long started = time.GetTimestamp();
        List<BacktestStatistics?> rows = new(Math.Min(chunk.Count, 4096));
        List<double> status = new(rows.Capacity), scores = new(rows.Capacity);
        int skipped = 0, failed = 0;
        string? error = null;
        for (int i = 0; i < chunk.Count && (i == 0 || time.GetElapsedTime(started) < chunk.Budget); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BacktestStatistics? statistics = null;
            TrialStatus how = TrialStatus.Completed;
            try
            {
                if (Strategies.TryCombine(plan.Strategy.Name, plan.Source.At(chunk.First + i)) is { } strategy)
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
        }

        return new ChunkResult
        {
            Done = rows.Count,
            Skipped = skipped,
            Failed = failed,
            Elapsed = time.GetElapsedTime(started),
            Top = Best(chunk.First, rows, scores, plan.Top),
            Block = BlockOf(rows, status, scores),
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

    private static TrialBlock BlockOf(List<BacktestStatistics?> rows, List<double> status, List<double> scores)
    {
        TrialBlock block = new(rows.Count) { [TrialBlock.StatusColumn] = [.. status], [TrialBlock.ScoreColumn] = [.. scores] };
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
