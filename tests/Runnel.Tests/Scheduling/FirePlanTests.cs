using Runnel.Scheduling;
using static Runnel.Tests.Scheduling.CronTests;

namespace Runnel.Tests.Scheduling;

public sealed class FirePlanTests
{
    private static readonly DateTimeOffset Noon = At("2026-01-01T12:00Z");
    private static readonly Schedule EveryMinute = Of("* * * * *");

    [Fact]
    public void A_fire_time_that_has_come_has_one_task_and_the_next_one_follows()
    {
        FirePlan plan = FirePlan.Of(EveryMinute, Noon, Noon.AddMilliseconds(3));

        Assert.Equal([Noon], plan.Times);
        Assert.Equal((0, 0, Noon.AddMinutes(1)), (plan.Missed, plan.Overlapped, plan.Following));
    }

    [Fact]
    public void Fire_times_older_than_the_grace_pass_by_default()
    {
        FirePlan plan = FirePlan.Of(EveryMinute, Noon, Noon.AddMinutes(10).AddSeconds(30));

        Assert.Equal([Noon.AddMinutes(10)], plan.Times);
        Assert.Equal((10, Noon.AddMinutes(11)), (plan.Missed, plan.Following));
    }

    [Fact]
    public void One_task_makes_up_for_all_missed_fire_times()
    {
        FirePlan plan = FirePlan.Of(EveryMinute with { Misfire = MisfirePolicy.Once }, Noon, Noon.AddMinutes(10).AddSeconds(30));

        Assert.Equal([Noon.AddMinutes(9), Noon.AddMinutes(10)], plan.Times);
        Assert.Equal((9, Noon.AddMinutes(11)), (plan.Missed, plan.Following));
    }

    [Fact]
    public void Each_missed_fire_time_has_its_task_up_to_the_limit_and_the_latest_ones_go_first()
    {
        FirePlan plan = FirePlan.Of(EveryMinute with { Misfire = MisfirePolicy.All(3) }, Noon, Noon.AddMinutes(10).AddSeconds(30));
        FirePlan all = FirePlan.Of(EveryMinute with { Misfire = MisfirePolicy.All(1000) }, Noon, Noon.AddMinutes(10).AddSeconds(30));

        Assert.Equal([Noon.AddMinutes(7), Noon.AddMinutes(8), Noon.AddMinutes(9), Noon.AddMinutes(10)], plan.Times);
        Assert.Equal(7, plan.Missed);
        Assert.Equal((11, 0), (all.Times.Count, all.Missed));
    }

    [Fact]
    public void A_single_late_fire_time_of_a_rare_schedule_counts_as_missed_too()
    {
        Schedule daily = Of("0 12 * * *");

        FirePlan skip = FirePlan.Of(daily, Noon, Noon.AddMinutes(2));
        FirePlan once = FirePlan.Of(daily with { Misfire = MisfirePolicy.Once }, Noon, Noon.AddMinutes(2));

        Assert.Equal((0, 1, Noon.AddDays(1)), (skip.Times.Count, skip.Missed, skip.Following));
        Assert.Equal([Noon], once.Times);
        Assert.Equal((0, Noon.AddDays(1)), (once.Missed, once.Following));
    }

    [Fact]
    public void A_long_catch_up_goes_in_steps_that_lose_nothing()
    {
        Schedule busy = Of("* * * * * *") with { Misfire = MisfirePolicy.All(250), MisfireGrace = TimeSpan.FromSeconds(1) };
        DateTimeOffset now = Noon.AddDays(30), next = Noon;
        List<DateTimeOffset> fired = [];
        long missed = 0;

        while (next <= now)
        {
            FirePlan plan = FirePlan.Of(busy, next, now);
            Assert.InRange(plan.Times.Count, 1, FirePlan.MostAtOnce);
            fired.AddRange(plan.Times);
            missed += plan.Missed;
            next = plan.Following!.Value;
        }

        Assert.Equal(Enumerable.Range(0, 252).Select(i => now.AddSeconds(i - 251)), fired);
        Assert.True(missed > 0);
    }

    [Fact]
    public void What_would_cancel_its_predecessor_at_once_is_submitted_once()
    {
        FirePlan plan = FirePlan.Of(EveryMinute with { Overlap = OverlapPolicy.CancelPrevious, MisfireGrace = TimeSpan.FromHours(1) }, Noon, Noon.AddMinutes(2));

        Assert.Equal([Noon.AddMinutes(2)], plan.Times);
        Assert.Equal((2, 0), (plan.Overlapped, plan.Missed));
    }
}
