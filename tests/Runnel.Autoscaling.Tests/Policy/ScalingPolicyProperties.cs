using CsCheck;

namespace Runnel.Autoscaling.Tests;

/// <summary>What holds whatever was measured.</summary>
public sealed class ScalingPolicyProperties
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<ScalingOptions> AnyOptions =
        from min in Gen.Int[0, 5]
        from more in Gen.Int[0, 20]
        from target in Gen.Double[0.3, 0.9]
        from above in Gen.Double[0, 1]
        from below in Gen.Double[0, 1]
        from latency in Gen.Int[1, 1000]
        from up in Gen.Int[0, 120]
        from down in Gen.Int[0, 120]
        from window in Gen.Int[0, 300]
        from backlog in Gen.Int[1, 50]
        from throughput in Gen.Double[0, 5]
        select new ScalingOptions
        {
            MinWorkers = min,
            MaxWorkers = Math.Max(1, min + more),
            UtilizationTarget = target,
            ScaleUpAbove = target + (above * (1 - target)),
            ScaleDownBelow = below * 0.99 * target,
            LatencyTarget = TimeSpan.FromSeconds(latency),
            CooldownUp = TimeSpan.FromSeconds(up),
            CooldownDown = TimeSpan.FromSeconds(down),
            SurplusWindow = TimeSpan.FromSeconds(window),
            BacklogPerWorker = backlog,
            MinThroughput = throughput,
        };

    private static readonly Gen<ScalingState> AnyState =
        from workers in Gen.Int[0, 30]
        from slots in Gen.Int[1, 16]
        from busy in Gen.Double[0, 1]
        from waiting in Gen.Frequency((1, Gen.Const(0)), (3, Gen.Int[0, 50]), (2, Gen.Int[0, 100_000]))
        from oldest in Gen.Double[0, 2000]
        from arrivals in Gen.Int[0, 5000]
        from rate in Gen.Double[0, 100]
        from service in Gen.Frequency((1, Gen.Const(-1.0)), (4, Gen.Double[0.001, 600]))
        from paused in Gen.Int[0, 9]
        select new ScalingState
        {
            At = Noon,
            Paused = paused == 0,
            Workers = workers,
            SlotsPerWorker = slots,
            BusySlots = Math.Round(busy * workers * slots),
            Running = (long)Math.Round(busy * workers * slots),
            Waiting = waiting,
            OldestWaiting = waiting == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(oldest),
            Arrivals = arrivals,
            Elapsed = TimeSpan.FromSeconds(30),
            ArrivalRate = rate,
            CompletionRate = rate / 2,
            ServiceTime = service < 0 ? null : TimeSpan.FromSeconds(service),
        };

    private static readonly Gen<ScalingMemory> AnyMemory =
        from changed in Gen.Int[-1, 200]
        from idle in Gen.Int[-1, 200]
        from needs in Gen.Int[0, 30].Array[0, 10]
        select new ScalingMemory
        {
            ChangedAt = changed < 0 ? null : Noon.AddSeconds(-changed),
            IdleSince = idle < 0 ? null : Noon.AddSeconds(-idle),
            Needs = [.. needs.Select((need, i) => new WorkerNeed(Noon.AddSeconds(30 * (i - needs.Length)), need))],
        };

    [Fact]
    public void Never_leaves_the_bounds() => Gen.Select(AnyState, AnyMemory, AnyOptions).Sample((state, memory, options) =>
    {
        Assert.Empty(options.Failures());
        Assert.InRange(ScalingPolicy.Decide(state, memory, options).To, options.MinWorkers, options.MaxWorkers);
    }, iter: 20_000);

    [Fact]
    public void Never_changes_within_a_cooldown_but_from_nothing_or_back_into_the_bounds() => Gen.Select(AnyState, AnyMemory, AnyOptions).Sample((state, memory, options) =>
    {
        ScalingDecision decision = ScalingPolicy.Decide(state, memory, options);
        TimeSpan? since = state.At - memory.ChangedAt;
        bool outside = state.Workers < options.MinWorkers || state.Workers > options.MaxWorkers;

        if (!outside && decision.To > state.Workers && state.Workers > 0)
            Assert.False(since < options.CooldownUp);
        if (!outside && decision.To < state.Workers)
            Assert.False(since < options.CooldownDown);
    }, iter: 20_000);

    [Fact]
    public void Never_has_fewer_workers_for_more_waiting_tasks() =>
        Gen.Select(AnyState, AnyMemory, AnyOptions, Gen.Int[0, 10_000]).Sample((state, memory, options, more) =>
        {
            ScalingState loaded = state with { Waiting = state.Waiting + more };

            Assert.True(
                ScalingPolicy.Decide(loaded, memory, options).To >= ScalingPolicy.Decide(state, memory, options).To,
                $"{state.Waiting} waiting: {ScalingPolicy.Decide(state, memory, options)}\n{loaded.Waiting}: {ScalingPolicy.Decide(loaded, memory, options)}");
        }, iter: 20_000);

    [Fact]
    public void Remembers_a_change_and_nothing_but_a_change_as_one() => Gen.Select(AnyState, AnyMemory, AnyOptions).Sample((state, memory, options) =>
    {
        ScalingDecision decision = ScalingPolicy.Decide(state, memory, options);

        Assert.Equal(decision.To == decision.From ? memory.ChangedAt : state.At, decision.Memory.ChangedAt);
    }, iter: 20_000);

    [Fact]
    public void Has_a_worker_as_soon_as_a_task_waits() => Gen.Select(AnyState, AnyMemory, AnyOptions).Sample((state, memory, options) =>
    {
        ScalingDecision decision = ScalingPolicy.Decide(state with { Paused = false, Waiting = Math.Max(1, state.Waiting) }, memory, options);

        Assert.True(decision.To >= 1);
    }, iter: 20_000);
}
