using System.Data.Common;

namespace Runnel.Trading;

/// <summary>While a backtest computes on the handler's thread, this keeps its claim fresh and passes its progress on, from the thread pool.
/// Its token ends when the claim is lost or the task is cancelled.</summary>
internal sealed class ClaimKeeper : IProgress<double>, IAsyncDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly BacktestRecords records;
    private readonly string id;
    private readonly string token;
    private readonly BacktestAttempt attempt;
    private readonly TimeSpan heartbeat;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource run;
    private readonly CancellationTokenSource over = new();
    private readonly Task loop;
    private double fraction;

    public ClaimKeeper(BacktestRecords records, string id, string token, BacktestAttempt attempt, TimeSpan heartbeat, TimeProvider time, CancellationToken cancellationToken)
    {
        (this.records, this.id, this.token, this.attempt, this.heartbeat, this.time) = (records, id, token, attempt, heartbeat, time);
        run = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        loop = Task.Run(KeepAsync, CancellationToken.None);
    }

    /// <summary>The run goes under it.</summary>
    public CancellationToken Token => run.Token;

    /// <summary>Called by the engine; only remembers.</summary>
    public void Report(double value) => Volatile.Write(ref fraction, value);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await loop;
        over.Dispose();
        run.Dispose();
    }

    private async Task KeepAsync()
    {
        try
        {
            long renewed = time.GetTimestamp();
            double told = 0;
            using PeriodicTimer timer = new(heartbeat < ProgressInterval ? heartbeat : ProgressInterval, time);
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                double done = Volatile.Read(ref fraction);
                if (done > told)
                    await attempt.ReportProgressAsync(told = done, "computing", over.Token);
                if (time.GetElapsedTime(renewed) < heartbeat)
                    continue;
                renewed = time.GetTimestamp();
                if (await IsLostAsync())
                {
                    await run.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested) { } // the run is over
    }

    private async Task<bool> IsLostAsync()
    {
        try
        {
            return !await records.RenewAsync(id, token, over.Token);
        }
        catch (DbException) // a busy or full disk: the next sign of life may pass, and storing the result checks the claim again
        {
            return false;
        }
    }
}
