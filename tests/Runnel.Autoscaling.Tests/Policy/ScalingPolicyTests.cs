namespace Runnel.Autoscaling.Tests;

public sealed class ScalingPolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScalingOptions Options = new();

    [Theory]
    [InlineData(2, 1.2, 0, 0, 2, ScalingReason.Steady)] // 60 % in use
    [InlineData(2, 1.7, 0, 0, 3, ScalingReason.Utilization)] // 85 %: to 1.7 / 0.6
    [InlineData(4, 4, 0, 0, 7, ScalingReason.Utilization)] // all: to 4 / 0.6
    [InlineData(1, 1, 5, 1, 2, ScalingReason.Utilization)] // 5 per worker are allowed
    [InlineData(4, 2, 21, 1, 5, ScalingReason.Backlog)] // more are not, though they would be gone in seconds
    [InlineData(4, 2, 60, 1, 6, ScalingReason.Backlog)] // 60 s of work in half an interval, beside 2 slots for what comes
    [InlineData(2, 2, 5000, 20, 10, ScalingReason.Backlog)] // no more than the most
    [InlineData(2, 2, 1, 301, 4, ScalingReason.Utilization)] // missed, but hardly any work: as the slots in use ask
    [InlineData(10, 10, 5000, 100, 10, ScalingReason.Bounds)]
    [InlineData(0, 0, 1, 0, 1, ScalingReason.FromZero)]
    [InlineData(0, 0, 75, 0, 5, ScalingReason.FromZero)] // 75 s of work in half an interval
    [InlineData(8, 1, 0, 0, 2, ScalingReason.LowUtilization)] // 12 %: to 1 / 0.6
    [InlineData(8, 1, 3, 151, 8, ScalingReason.Steady)] // tasks wait half the target: not now
    [InlineData(12, 6, 0, 0, 10, ScalingReason.Bounds)]
    [InlineData(-1, 0, 0, 0, 1, ScalingReason.Bounds)] // none, where one is the least
    [InlineData(-1, 0, 75, 0, 5, ScalingReason.Bounds)]
    public void Decides_by_slots_in_use_and_by_what_waits(int workers, double busy, int waiting, double oldest, int to, ScalingReason reason)
    {
        ScalingOptions options = Options with { MinWorkers = workers == 0 ? 0 : 1 };
        int there = Math.Max(0, workers);

        ScalingDecision decision = ScalingPolicy.Decide(State(there, busy, waiting, oldest), ScalingMemory.Empty, options);

        Assert.Equal((there, to, reason), (decision.From, decision.To, decision.Reason));
        Assert.NotEmpty(decision.Why);
    }

    [Fact]
    public void Grows_so_that_few_but_long_tasks_are_taken_in_time_beside_those_that_come()
    {
        ScalingState state = State(2, 2, 8, 20) with { ServiceTime = TimeSpan.FromSeconds(100), ArrivalRate = 0.01 };

        ScalingDecision decision = ScalingPolicy.Decide(state, ScalingMemory.Empty, Options);

        Assert.Equal((5, ScalingReason.Latency), (decision.To, decision.Reason)); // 800 s of work to be gone in 0.8 * 300 - 20 s, and 1 slot
    }

    [Fact]
    public void Does_not_grow_while_the_queue_is_paused()
    {
        ScalingDecision decision = ScalingPolicy.Decide(State(2, 2, 5000, 200) with { Paused = true }, ScalingMemory.Empty, Options);

        Assert.Equal((2, ScalingReason.Paused), (decision.To, decision.Reason));
    }

    [Fact]
    public void Grows_by_what_arrives_before_a_backlog_shows()
    {
        ScalingState state = State(2, 1, 0, 0) with { Arrivals = 150, Elapsed = TimeSpan.FromSeconds(30) };

        ScalingDecision decision = ScalingPolicy.Decide(state, ScalingMemory.Empty, Options);

        Assert.Equal((8, ScalingReason.Utilization), (decision.To, decision.Reason)); // (150 - sqrt 150) / 30 slots are asked for
    }

    [Fact]
    public void Does_not_take_chance_for_growth()
    {
        ScalingState state = State(2, 1, 0, 0) with { Arrivals = 3, Elapsed = TimeSpan.FromSeconds(30), ServiceTime = TimeSpan.FromSeconds(20), ArrivalRate = 0.05 };

        ScalingDecision decision = ScalingPolicy.Decide(state, ScalingMemory.Empty, Options);

        Assert.Equal(ScalingReason.Steady, decision.Reason); // 3 of 20 s ask for 2 slots, but surely for 0.8 only
    }

    [Fact]
    public void Doubles_under_a_backlog_whose_tasks_nobody_has_timed()
    {
        ScalingState state = State(3, 3, 100, 10) with { ServiceTime = null };

        ScalingDecision decision = ScalingPolicy.Decide(state, ScalingMemory.Empty, Options);

        Assert.Equal((6, ScalingReason.Backlog), (decision.To, decision.Reason));
    }

    [Fact]
    public void Grows_to_the_least_throughput()
    {
        ScalingState state = State(2, 1, 4, 1) with { CompletionRate = 0.5, ServiceTime = TimeSpan.FromSeconds(2) };

        ScalingDecision decision = ScalingPolicy.Decide(state, ScalingMemory.Empty, Options with { MinThroughput = 3 });

        Assert.Equal((6, ScalingReason.Throughput), (decision.To, decision.Reason));
    }

    [Theory]
    [InlineData(59, 8, ScalingReason.Cooldown)]
    [InlineData(60, 2, ScalingReason.LowUtilization)]
    public void Waits_out_the_cooldown_before_it_shrinks(int secondsSinceChange, int to, ScalingReason reason)
    {
        ScalingMemory memory = new() { ChangedAt = Noon.AddSeconds(-secondsSinceChange) };

        ScalingDecision decision = ScalingPolicy.Decide(State(8, 1, 0, 0), memory, Options);

        Assert.Equal((to, reason), (decision.To, decision.Reason));
    }

    [Theory]
    [InlineData(90, ScalingReason.Utilization)]
    [InlineData(89, ScalingReason.Cooldown)]
    public void Has_a_cooldown_of_its_own_upwards(int secondsSinceChange, ScalingReason reason)
    {
        ScalingMemory memory = new() { ChangedAt = Noon.AddSeconds(-secondsSinceChange) };

        ScalingDecision decision = ScalingPolicy.Decide(State(2, 2, 0, 0), memory, Options with { CooldownUp = TimeSpan.FromSeconds(90), CooldownDown = TimeSpan.FromSeconds(5) });

        Assert.Equal(reason, decision.Reason);
    }

    [Fact]
    public void Does_not_wait_out_a_cooldown_where_there_is_no_worker()
    {
        ScalingMemory memory = new() { ChangedAt = Noon.AddSeconds(-1) };

        ScalingDecision decision = ScalingPolicy.Decide(State(0, 0, 1, 0), memory, Options with { MinWorkers = 0 });

        Assert.Equal((1, ScalingReason.FromZero), (decision.To, decision.Reason));
    }

    [Fact]
    public void Starts_no_worker_for_what_came_before()
    {
        ScalingDecision decision = ScalingPolicy.Decide(State(0, 0, 0, 0) with { ArrivalRate = 2 }, ScalingMemory.Empty, Options with { MinWorkers = 0 });

        Assert.Equal((0, ScalingReason.Steady), (decision.To, decision.Reason));
    }

    [Fact]
    public void Lets_the_last_worker_go_only_once_nothing_was_to_do_for_the_cooldown()
    {
        ScalingOptions options = Options with { MinWorkers = 0 };
        ScalingDecision first = ScalingPolicy.Decide(State(1, 0, 0, 0), ScalingMemory.Empty, options);
        ScalingDecision early = ScalingPolicy.Decide(State(1, 0, 0, 0) with { At = Noon.AddSeconds(59) }, first.Memory, options);
        ScalingDecision late = ScalingPolicy.Decide(State(1, 0, 0, 0) with { At = Noon.AddSeconds(60) }, early.Memory, options);

        Assert.Equal((1, 1, 0), (first.To, early.To, late.To));
        Assert.Equal(ScalingReason.Idle, late.Reason);
    }

    [Fact]
    public void Lets_workers_go_that_were_too_many_for_the_whole_window()
    {
        ScalingMemory memory = ScalingMemory.Empty;
        ScalingDecision? decision = null;
        List<int> counts = [];

        for (int second = 0; second <= 300; second += 30)
        {
            double rate = second == 0 ? 4.8 : 3; // at 60 %: 8 and 5 workers
            decision = ScalingPolicy.Decide(State(8, 3, 0, 0) with { At = Noon.AddSeconds(second), ArrivalRate = rate }, memory, Options);
            memory = decision.Memory;
            counts.Add(decision.To);
        }

        ScalingDecision last = ScalingPolicy.Decide(State(8, 3, 0, 0) with { At = Noon.AddSeconds(330), ArrivalRate = 3 }, memory, Options);
        Assert.All(counts, count => Assert.Equal(8, count));
        Assert.Equal((5, ScalingReason.Surplus), (last.To, last.Reason));
    }

    [Fact]
    public void Names_every_wrong_option_with_its_value()
    {
        ScalingOptions wrong = new() { MinWorkers = -1, MaxWorkers = 0, UtilizationTarget = 2, Interval = TimeSpan.Zero };

        IReadOnlyList<string> failures = wrong.Failures();

        Assert.Contains(failures, failure => failure.StartsWith("Runnel:Autoscaler:MinWorkers is -1;", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("Runnel:Autoscaler:MaxWorkers is 0;", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("Runnel:Autoscaler:UtilizationTarget is 2;", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("Runnel:Autoscaler:Interval is 00:00:00;", StringComparison.Ordinal));
    }

    /// <summary>One slot per worker, tasks of a second, as many coming as run.</summary>
    private static ScalingState State(int workers, double busy, int waiting, double oldest) => new()
    {
        At = Noon,
        Workers = workers,
        SlotsPerWorker = 1,
        BusySlots = busy,
        Running = (long)Math.Ceiling(busy),
        Waiting = waiting,
        OldestWaiting = TimeSpan.FromSeconds(oldest),
        ServiceTime = TimeSpan.FromSeconds(1),
        ArrivalRate = busy,
        CompletionRate = busy,
    };
}
