using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Some of the trials at even distances, or all where they are few, run again for their daily returns: these are too large to be stored for every trial.</summary>
internal sealed class LuckSample(OptimizationPlan plan, long trials)
{
    private const int Most = 200;
    private const int Blocks = 8;
    private const int Resamples = 500;
    private readonly List<IReadOnlyDictionary<string, double>> picked = [];
    private long seen;

    /// <summary>Goes on with the next chunk in the order of trials.</summary>
    public void Add(ChunkBlock chunk)
    {
        double[] status = chunk.Block[TrialBlock.StatusColumn];
        for (int i = 0; i < status.Length; i++)
        {
            if (status[i] == (double)TrialStatus.Skipped)
                continue;
            // The n-th is picked where n * picks / trials reaches the next whole number.
            if (trials <= Most || seen * Most / trials != (seen - 1) * Most / trials || seen == 0)
            {
                if (status[i] == (double)TrialStatus.Completed)
                    picked.Add(OptimizationResults.ParametersOf(plan, chunk.Block, chunk.First + i, i));
            }

            seen++;
        }
    }

    /// <summary>Probability of overfitting and White's reality check of the trials so far; null where they are fewer than two, or there are too few days.</summary>
    public (double? Overfitting, double? RealityCheck) Judge(OptimizationSession session, CancellationToken cancellationToken)
    {
        using SegmentRunner runner = session.RentRunner(0);
        double[][] returns = new double[picked.Count][];
        ParallelOptions onAllCores = new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, returns.Length, onAllCores, i => // each into its own place: no order in which they end changes anything
            returns[i] = [.. runner.Run(plan.Strategy.Create(picked[i]), keepDailyReturns: true, cancellationToken).DailyReturns]);
        int days = returns.Length == 0 ? 0 : returns.Max(r => r.Length);
        if (returns.Length < 2 || days < 2 * Blocks)
            return (null, null);
        // Returns end where the account is empty; it stays so.
        returns = [.. returns.Select(r => r.Length == days ? r : [.. r, .. new double[days - r.Length]])];
        return (CrossValidation.Run(returns, Blocks).Probability, Optimization.RealityCheck.PValue(returns, Resamples));
    }
}
