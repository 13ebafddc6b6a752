namespace Runnel.Autoscaling.Tests;

public sealed class LoadMeterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly LoadMeter meter = new(slotsPerWorker: 4);

    [Fact]
    public void Counts_arrivals_by_what_left_and_what_is_there()
    {
        meter.Observe(Load(0, waiting: 10, running: 4, ended: 100), workers: 1);

        ScalingState state = meter.Observe(Load(10, waiting: 5, running: 4, ended: 125), workers: 1);

        Assert.Equal((20, 2.5, 10), (state.Arrivals, state.CompletionRate, state.Elapsed.TotalSeconds));
    }

    [Fact]
    public void Takes_the_service_time_from_what_ended_over_all_types()
    {
        meter.Observe(Load(0, service: [("a", 0, 0), ("b", 0, 0)]), workers: 1);

        ScalingState state = meter.Observe(Load(30, service: [("a", 30, 3), ("b", 10, 37)]), workers: 1);

        Assert.Equal(1, state.ServiceTime!.Value.TotalSeconds, 6); // 40 s of 40 attempts
    }

    [Fact]
    public void Begins_with_the_service_time_of_former_days_and_forgets_it()
    {
        ScalingState first = meter.Observe(Load(0, service: [("a", 1_000_000, 1_000_000)]), workers: 1);
        ScalingState second = meter.Observe(Load(30, service: [("a", 1_010_000, 1_100_000)]), workers: 1);

        Assert.Equal(1, first.ServiceTime!.Value.TotalSeconds, 6);
        Assert.InRange(second.ServiceTime!.Value.TotalSeconds, 9.9, 10);
    }

    [Fact]
    public void Knows_no_service_time_before_the_first_end() => Assert.Null(meter.Observe(Load(0, waiting: 3), workers: 0).ServiceTime);

    [Fact]
    public void Takes_slots_from_living_workers_and_keeps_the_figure_without_any()
    {
        double before = meter.Observe(Load(0), workers: 0).SlotsPerWorker;
        double with = meter.Observe(Load(10, workers: 2, slots: 16), workers: 2).SlotsPerWorker;
        double after = meter.Observe(Load(20), workers: 0).SlotsPerWorker;

        Assert.Equal((4, 8, 8), (before, with, after));
    }

    [Fact]
    public void Smooths_the_arrival_rate_towards_what_comes()
    {
        for (int second = 0; second <= 1200; second += 30)
            meter.Observe(Load(second, ended: 2 * second), workers: 1);

        ScalingState steady = meter.Observe(Load(1230, ended: 2 * 1230), workers: 1);
        ScalingState burst = meter.Observe(Load(1260, waiting: 600, ended: 2 * 1260), workers: 1);

        Assert.Equal(2, steady.ArrivalRate, 2);
        Assert.Equal(660, burst.Arrivals);
        Assert.InRange(burst.ArrivalRate, 6, 7); // 30 of 120 s
    }

    private static QueueLoad Load(
        double second, long waiting = 0, long running = 0, long ended = 0, int workers = 0, int slots = 0, (string Type, long Attempts, double Seconds)[]? service = null) => new()
        {
            At = Noon.AddSeconds(second),
            Waiting = waiting,
            Running = running,
            Ended = ended,
            Workers = workers,
            Slots = slots,
            Service = (service ?? []).ToDictionary(sum => sum.Type, sum => new ServiceSum(sum.Attempts, TimeSpan.FromSeconds(sum.Seconds))),
        };
}
