namespace Runnel.Autoscaling;

/// <summary>Makes of successive readings of a queue what a decision needs: rates, and the mean time that tasks take.</summary>
/// <param name="slotsPerWorker">Tasks that one worker runs at once, as long as none lives that says so itself.</param>
public sealed class LoadMeter(double slotsPerWorker)
{
    /// <summary>After this time an arrival counts for 1/e in the smoothed rate.</summary>
    private static readonly TimeSpan RateMemory = TimeSpan.FromSeconds(120);

    /// <summary>After this time an ended attempt counts for 1/e in the mean service time.</summary>
    private static readonly TimeSpan ServiceMemory = TimeSpan.FromMinutes(10);

    private double slots = slotsPerWorker;
    private QueueLoad? last;
    private double rate;
    private double attempts;
    private double seconds;

    /// <summary>Takes one reading; they must come in the order of their time.</summary>
    /// <param name="load">What was read.</param>
    /// <param name="workers">Workers that the actuator keeps.</param>
    public ScalingState Observe(QueueLoad load, int workers)
    {
        if (load.Workers > 0 && load.Slots > 0)
            slots = load.Slots / (double)load.Workers;
        (double n, double s) = Sum(load);
        TimeSpan elapsed = last is null ? TimeSpan.Zero : load.At - last.At;
        double arrivals = 0, ended = 0, busy = load.Running;
        if (last is null)
        {
            attempts = Math.Min(n, 100); // from former times: a first idea
            seconds = n > 0 ? s * attempts / n : 0;
        }
        else if (elapsed > TimeSpan.Zero)
        {
            ended = Math.Max(0, load.Ended - last.Ended);
            arrivals = load.Waiting + load.Running - last.Waiting - last.Running + ended;
            double kept = Math.Exp(-elapsed / RateMemory);
            rate = (rate * kept) + (arrivals / elapsed.TotalSeconds * (1 - kept));
            (double lastN, double lastS) = Sum(last);
            double forgotten = Math.Exp(-elapsed / ServiceMemory);
            busy = Math.Max(0, (load.BusyTime - last.BusyTime) / elapsed);
            attempts = (attempts * forgotten) + Math.Max(0, n - lastN);
            seconds = (seconds * forgotten) + Math.Max(0, s - lastS);
        }

        last = load;
        return new ScalingState
        {
            At = load.At,
            Paused = load.Paused,
            Workers = workers,
            SlotsPerWorker = slots,
            Waiting = load.Waiting,
            OldestWaiting = load.OldestWaiting,
            BusySlots = busy,
            Running = load.Running,
            Arrivals = Math.Max(0, arrivals),
            Elapsed = elapsed,
            ArrivalRate = Math.Max(0, rate),
            CompletionRate = elapsed > TimeSpan.Zero ? ended / elapsed.TotalSeconds : 0,
            ServiceTime = attempts > 1e-6 ? TimeSpan.FromSeconds(seconds / attempts) : null,
        };
    }

    private static (double Attempts, double Seconds) Sum(QueueLoad load) =>
        (load.Service.Values.Sum(sum => (double)sum.Attempts), load.Service.Values.Sum(sum => sum.Total.TotalSeconds));
}
