namespace Runnel.MarketData;

/// <summary>Spaces the requests of one process (GCRA: ITU-T I.371, virtual scheduling).</summary>
internal sealed class LocalPacer(int perSecond, int burst, TimeProvider time) : IRequestPacer
{
    private readonly Lock gate = new();
    private readonly long origin = time.GetTimestamp();
    private readonly TimeSpan interval = TimeSpan.FromSeconds(1.0 / perSecond);
    private TimeSpan usedUpTo; // since the origin

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (gate)
        {
            TimeSpan now = time.GetElapsedTime(origin);
            usedUpTo = usedUpTo > now ? usedUpTo : now;
            wait = usedUpTo - ((burst - 1) * interval) - now;
            usedUpTo += interval;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    public Task HoldAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            TimeSpan until = time.GetElapsedTime(origin) + span + ((burst - 1) * interval);
            usedUpTo = usedUpTo > until ? usedUpTo : until;
        }

        return Task.CompletedTask;
    }
}
