using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Runs trials over the stretches of klines that one segment of an optimization searches, for as long as it is held. Safe from several threads.</summary>
internal sealed class SegmentRunner(TrialRunners.Lease[] leases) : IDisposable
{
    private readonly TrialRunner[] runners = [.. leases.Select(lease => lease.Runner)];

    /// <inheritdoc cref="TrialRunner.Run"/>
    public GridRow Run(Strategy strategy, bool keepDailyReturns = false, CancellationToken cancellationToken = default) => runners.Length == 1
        ? runners[0].Run(strategy, keepDailyReturns, cancellationToken)
        : TrialRunner.RunInTurn(runners, strategy, keepDailyReturns, cancellationToken);

    public void Dispose()
    {
        foreach (TrialRunners.Lease lease in leases)
            lease.Dispose();
    }
}
