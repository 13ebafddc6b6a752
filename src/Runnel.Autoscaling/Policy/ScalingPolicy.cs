using System.Collections.Immutable;
using System.Globalization;

namespace Runnel.Autoscaling;

/// <summary>Decides how many workers there are to be. A pure function: no clock, no randomness, no I/O. More waiting tasks never lead to fewer
/// workers, all else being equal.</summary>
public static class ScalingPolicy
{
    /// <summary>Share of the latency target within which a backlog is to be gone: what is measured is never quite what comes.</summary>
    private const double Headroom = 0.8;

    /// <summary>Decides.</summary>
    /// <param name="state">What was measured.</param>
    /// <param name="memory">From the last decision; <see cref="ScalingMemory.Empty"/> at first.</param>
    /// <param name="options">Targets and limits; must be without <see cref="ScalingOptions.Failures"/>.</param>
    public static ScalingDecision Decide(ScalingState state, ScalingMemory memory, ScalingOptions options)
    {
        bool idle = state is { Waiting: 0, Running: 0, Arrivals: <= 0 };
        int enough = Enough(state, options, state.OfferedSlots ?? state.BusySlots);
        memory = memory with
        {
            IdleSince = idle ? memory.IdleSince ?? state.At : null,
            Needs = Recent(memory.Needs, state.At - options.SurplusWindow).Enqueue(new WorkerNeed(state.At, enough)),
        };
        (int to, ScalingReason reason, string why) = Choose(state, memory, options);
        bool changes = to != state.Workers;
        return new ScalingDecision
        {
            From = state.Workers,
            To = to,
            Reason = reason,
            Why = why,
            Memory = changes ? memory with { ChangedAt = state.At } : memory,
        };
    }

    private static (int To, ScalingReason Reason, string Why) Choose(ScalingState state, ScalingMemory memory, ScalingOptions options)
    {
        int now = state.Workers;
        Wish up = Growth(state, options);
        if (now < options.MinWorkers || now > options.MaxWorkers)
        {
            int to = Math.Clamp(state.Paused ? now : Math.Max(now, up.Workers), options.MinWorkers, options.MaxWorkers);
            return (to, ScalingReason.Bounds, $"{now} worker(s); {options.MinWorkers} to {options.MaxWorkers} are allowed");
        }

        if (state.Paused)
            return (now, ScalingReason.Paused, "the queue is paused");
        TimeSpan sinceChange = memory.ChangedAt is { } at ? state.At - at : TimeSpan.MaxValue;

        if (up.Workers > now)
        {
            int to = Math.Min(up.Workers, options.MaxWorkers);
            return to == now ? (now, ScalingReason.Bounds, $"{up.Why}, but {now} workers are the most")
                : now > 0 && sinceChange < options.CooldownUp ? (now, ScalingReason.Cooldown, $"{up.Why}, but the last change was {Seconds(sinceChange)} ago")
                : (to, up.Reason, up.Why);
        }

        Wish down = Shrinking(state, memory, options);
        if (down.Workers >= now)
            return (now, ScalingReason.Steady, $"{Number(state.BusySlots)} of {Number(now * state.SlotsPerWorker)} slots in use, {state.Waiting} task(s) waiting");
        return sinceChange < options.CooldownDown
            ? (now, ScalingReason.Cooldown, $"{down.Why}, but the last change was {Seconds(sinceChange)} ago")
            : (down.Workers, down.Reason, down.Why);
    }

    /// <summary>The most that any rule for growth asks for.</summary>
    private static Wish Growth(ScalingState state, ScalingOptions options)
    {
        Wish most = new(state.Workers, ScalingReason.Steady, "");
        foreach (Wish wish in new[] { ForLatency(state, options), ForUtilization(state, options), ForBacklog(state, options), ForThroughput(state, options) })
        {
            if (wish.Workers > most.Workers)
                most = wish;
        }

        return state is { Workers: 0, Waiting: > 0 } ? new Wish(Math.Max(1, most.Workers), ScalingReason.FromZero, $"no worker, and {state.Waiting} task(s) waiting") : most;
    }

    private static Wish ForLatency(ScalingState state, ScalingOptions options)
    {
        if (state.Waiting == 0)
            return default;
        double target = options.LatencyTarget.TotalSeconds;
        double oldest = state.OldestWaiting.TotalSeconds;
        double left = (Headroom * target) - oldest;
        string waits = $"{state.Waiting} task(s) waiting, the oldest for {Number(oldest)} s";
        if (state.ServiceTime is not { } service)
            return left > 0 ? default : new Wish(Doubled(state.Workers), ScalingReason.Latency, $"{waits} of {Number(target)} s, and none has ended yet");
        double work = state.Waiting * service.TotalSeconds;
        double capacity = Math.Max(0.001, state.Workers * state.SlotsPerWorker);
        if (oldest + (work / capacity) <= Headroom * target)
            return default;
        double soon = Math.Max(left, Soon(options).TotalSeconds); // a target that is missed anyway
        return new Wish(
            ToWorkers(Offered(state) + (work / soon), state),
            ScalingReason.Latency,
            $"{waits}; at {Number(service.TotalSeconds)} s each they would wait up to {Number(oldest + (work / capacity))} s, and {Number(target)} s is the target");
    }

    private static Wish ForUtilization(ScalingState state, ScalingOptions options)
    {
        if (state is { Workers: 0, Waiting: 0 })
            return default; // what came before is no reason to start a worker for nothing
        double slots = state.Workers * state.SlotsPerWorker;
        double used = Math.Min(state.BusySlots, slots);
        double asked = Math.Max(used, Offered(state));
        return asked <= options.ScaleUpAbove * slots
            ? default
            : new Wish(
                ToWorkers(asked / options.UtilizationTarget, state),
                ScalingReason.Utilization,
                $"{Number(used)} of {Number(slots)} slots in use, {Number(asked)} asked for; {Percent(options.ScaleUpAbove)} is the threshold");
    }

    private static Wish ForBacklog(ScalingState state, ScalingOptions options) => state.Waiting <= (long)options.BacklogPerWorker * state.Workers
        ? default
        : new Wish(
            state.ServiceTime is { } service
                ? Math.Max(state.Workers + 1, ToWorkers(Offered(state) + (state.Waiting * service / Soon(options)), state))
                : Math.Min(Doubled(state.Workers), ToInt(Math.Ceiling(state.Waiting / (double)options.BacklogPerWorker))),
            ScalingReason.Backlog,
            $"{state.Waiting} task(s) waiting; {options.BacklogPerWorker} per worker are allowed");

    private static Wish ForThroughput(ScalingState state, ScalingOptions options) =>
        state.Waiting == 0 || state.CompletionRate >= options.MinThroughput || state.ServiceTime is not { } service
            ? default
            : new Wish(
                Math.Max(state.Workers + 1, ToWorkers(options.MinThroughput * service.TotalSeconds, state)),
                ScalingReason.Throughput,
                $"{Number(state.CompletionRate)} tasks/s completed; {Number(options.MinThroughput)} is the least");

    private static Wish Shrinking(ScalingState state, ScalingMemory memory, ScalingOptions options)
    {
        int least = Math.Max(options.MinWorkers, 1);
        if (memory.IdleSince is { } since && state.At - since >= options.CooldownDown)
            return new Wish(options.MinWorkers, ScalingReason.Idle, $"nothing to do for {Seconds(state.At - since)}");
        if (state.Utilization < options.ScaleDownBelow && state.OldestWaiting < options.LatencyTarget / 2)
        {
            int fewer = Enough(state, options, Math.Max(SurelyOffered(state), state.BusySlots));
            if (fewer < state.Workers)
            {
                return new Wish(Math.Max(least, fewer), ScalingReason.LowUtilization,
                    $"{Number(state.BusySlots)} of {Number(state.Workers * state.SlotsPerWorker)} slots in use; {Percent(options.ScaleDownBelow)} is the threshold");
            }
        }

        bool known = memory.Needs.Peek().At <= state.At - options.SurplusWindow;
        int peak = memory.Needs.Max(need => need.Workers);
        return known && peak < state.Workers
            ? new Wish(Math.Max(least, peak), ScalingReason.Surplus, $"{peak} worker(s) would have been enough for {Seconds(options.SurplusWindow)}")
            : new Wish(state.Workers, ScalingReason.Steady, "");
    }

    /// <summary>Workers for what waits, what is in use, and what is asked for at the utilization aimed at.</summary>
    private static int Enough(ScalingState state, ScalingOptions options, double offered)
    {
        double slots = Math.Max(offered / options.UtilizationTarget, state.BusySlots); // never fewer than are in use: long tasks came long ago
        double backlog = Math.Ceiling(state.Waiting / (double)options.BacklogPerWorker);
        return Math.Max(ToWorkers(slots, state), Math.Max(state.Waiting > 0 ? 1 : 0, ToInt(backlog)));
    }

    /// <summary>As soon as one can see the effect.</summary>
    private static TimeSpan Soon(ScalingOptions options) => options.Interval / 2;

    /// <summary>Slots that what comes asks for: by the smoothed rate, or by a burst.</summary>
    private static double Offered(ScalingState state) => Math.Max(state.OfferedSlots ?? 0, SurelyOffered(state));

    /// <summary>Slots that the arrivals since the last measurement ask for, less one standard deviation of a Poisson count: a burst shows at
    /// once, chance does not.</summary>
    private static double SurelyOffered(ScalingState state) => state.ServiceTime is { } service && state.Elapsed > TimeSpan.Zero
        ? Math.Max(0, state.Arrivals - Math.Sqrt(Math.Max(0, state.Arrivals))) * service.TotalSeconds / state.Elapsed.TotalSeconds
        : 0;

    private static ImmutableQueue<WorkerNeed> Recent(ImmutableQueue<WorkerNeed> needs, DateTimeOffset from)
    {
        while (!needs.IsEmpty && !needs.Dequeue().IsEmpty && needs.Dequeue().Peek().At <= from) // keeps one at or before
            needs = needs.Dequeue();
        return needs;
    }

    private static int ToWorkers(double slots, ScalingState state) => ToInt(Math.Ceiling((slots / state.SlotsPerWorker) - 1e-9));

    private static int ToInt(double workers) => (int)Math.Min(workers, 1_000_000);

    private static int Doubled(int workers) => Math.Max(1, 2 * workers);

    private static string Number(double value) => value.ToString(value < 10 ? "0.##" : "0", CultureInfo.InvariantCulture);

    private static string Percent(double fraction) => Number(100 * fraction) + " %";

    private static string Seconds(TimeSpan span) => Number(span.TotalSeconds) + " s";

    private readonly record struct Wish(int Workers, ScalingReason Reason, string Why);
}
