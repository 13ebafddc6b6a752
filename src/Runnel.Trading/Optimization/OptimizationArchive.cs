using System.Runtime.CompilerServices;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Runnel.Trading;

/// <summary>Every stored trial of optimizations, finished or not. Safe from several threads.</summary>
public sealed class OptimizationArchive
{
    private const int GroupRows = 50_000;
    private readonly OptimizationRecords records;

    /// <summary>Opens the records that workers and <see cref="LocalOptimizer"/> write.</summary>
    /// <param name="options">Where the records are.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public OptimizationArchive(TradingOptions options, TimeProvider? time = null)
    {
        TimeProvider clock = time ?? TimeProvider.System;
        records = new OptimizationRecords(new BacktestRecords(options.RecordsPath, clock), clock);
    }

    /// <summary>All stored trials by window and number, a chunk of them in memory at a time.</summary>
    /// <param name="optimizationId">As in the payload.</param>
    /// <param name="cancellationToken">Stops between two.</param>
    /// <returns>The trials.</returns>
    /// <exception cref="RunnelException">No such optimization is stored.</exception>
    public async IAsyncEnumerable<StoredTrial> ReadAsync(string optimizationId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        OptimizationPlan plan = await PlanAsync(optimizationId, cancellationToken);
        await foreach (ChunkBlock chunk in records.BlocksAsync(optimizationId, cancellationToken))
        {
            double[] status = chunk.Block[TrialBlock.StatusColumn], scores = chunk.Block[TrialBlock.ScoreColumn];
            for (int row = 0; row < chunk.Block.Count; row++)
            {
                long trial = chunk.First + row;
                yield return new StoredTrial(
                    chunk.Segment, trial, (TrialStatus)(int)status[row], plan.Metric.ValueOf(scores[row]), OptimizationResults.ParametersOf(plan, chunk.Block, trial, row))
                {
                    Budget = chunk.Block.BudgetOf(row),
                    Values = [.. chunk.Block.ScoresOf(row).Select((score, i) => plan.Metrics[i].ValueOf(score))],
                };
            }
        }
    }

    /// <summary>The parameters that an optimization varies.</summary>
    /// <param name="optimizationId">As in the payload.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Their names; those that are held at one value are not among them.</returns>
    /// <exception cref="RunnelException">No such optimization is stored.</exception>
    public async Task<IReadOnlyList<string>> VariedAsync(string optimizationId, CancellationToken cancellationToken = default) =>
        [.. (await PlanAsync(optimizationId, cancellationToken)).Search.Space.Parameters.Where(p => p.Count is not 1).Select(p => p.Name)];

    private async Task<OptimizationPlan> PlanAsync(string optimizationId, CancellationToken cancellationToken)
    {
        OptimizationHeader header = await records.FindAsync(optimizationId, cancellationToken)
            ?? throw new RunnelException($"No optimization '{optimizationId}' is stored; check the id and the data folder.");
        return OptimizationPlan.Of(JsonElement.Parse(header.Request));
    }

    /// <summary>Writes all stored trials as Parquet, in the order of windows and trials, some ten thousand in memory at a time. Columns: <c>window</c>, <c>trial</c>,
    /// <c>status</c> (0 completed, 1 skipped, 2 failed), <c>score</c> (higher is better), <c>param_NAME</c>, and every statistic under its name in JSON; of successive halving also <c>budget</c>, the fraction of the range, and of
    /// several metrics the scores of the others, <c>score.1</c> and so on. What is undefined
    /// is NaN.</summary>
    /// <param name="optimizationId">As in the payload.</param>
    /// <param name="stream">Written to its end; not closed.</param>
    /// <param name="cancellationToken">Stops between two groups of rows.</param>
    /// <returns>Rows written.</returns>
    /// <exception cref="RunnelException">No such optimization is stored.</exception>
    public async Task<long> WriteParquetAsync(string optimizationId, Stream stream, CancellationToken cancellationToken = default)
    {
        OptimizationPlan plan = await PlanAsync(optimizationId, cancellationToken);
        string[] parameters = [.. plan.Search.Space.Parameters.Select(p => p.Name)];
        string[] stored = [.. StatisticColumns.Names, .. plan.Method.Halving is null ? Array.Empty<string>() : [TrialBlock.BudgetColumn],
            .. plan.Metrics.Skip(1).Select((_, i) => TrialBlock.MoreScoresColumn + (i + 1))];
        string[] figures = [TrialBlock.StatusColumn, TrialBlock.ScoreColumn, .. parameters.Select(p => $"param_{p}"), .. stored];
        DataField<long> window = new("window"), trial = new("trial");
        DataField<double>[] fields = [.. figures.Select(name => new DataField<double>(name))];
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema([window, trial, .. fields]), stream, cancellationToken: cancellationToken);
        List<long> windows = [], trials = [];
        List<double>[] columns = [.. fields.Select(_ => new List<double>())];
        long written = 0;
        async Task FlushAsync()
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<long>(window, windows.ToArray().AsMemory(), cancellationToken: cancellationToken);
            await group.WriteAsync<long>(trial, trials.ToArray().AsMemory(), cancellationToken: cancellationToken);
            for (int i = 0; i < fields.Length; i++)
            {
                await group.WriteAsync<double>(fields[i], columns[i].ToArray().AsMemory(), cancellationToken: cancellationToken);
                columns[i].Clear();
            }

            written += trials.Count;
            windows.Clear();
            trials.Clear();
        }

        await foreach (ChunkBlock chunk in records.BlocksAsync(optimizationId, cancellationToken))
        {
            for (int row = 0; row < chunk.Block.Count; row++)
            {
                windows.Add(chunk.Segment);
                trials.Add(chunk.First + row);
                IReadOnlyDictionary<string, double> values = OptimizationResults.ParametersOf(plan, chunk.Block, chunk.First + row, row);
                columns[0].Add(chunk.Block[TrialBlock.StatusColumn][row]);
                columns[1].Add(chunk.Block[TrialBlock.ScoreColumn][row]);
                for (int i = 0; i < parameters.Length; i++)
                    columns[2 + i].Add(values.TryGetValue(parameters[i], out double value) ? value : double.NaN);
            }

            for (int i = 0; i < stored.Length; i++)
                columns[2 + parameters.Length + i].AddRange(chunk.Block.Has(stored[i]) ? chunk.Block[stored[i]] : Enumerable.Repeat(double.NaN, chunk.Block.Count));
            if (trials.Count >= GroupRows)
                await FlushAsync();
        }

        if (trials.Count > 0)
            await FlushAsync();
        return written;
    }
}
