using Runnel.Redis;
using Runnel.Scheduling;
using Runnel.TestKit;

namespace Runnel.Tests.Scheduling;

public sealed class ScheduleFireTests(RedisFixture redis)
{
    private static readonly DateTimeOffset Fire = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");
    private static Schedule Schedule => new() { Id = "s", Cron = "* * * * *", Type = "run" };

    [Fact]
    public async Task A_worker_that_was_slower_submits_nothing_even_when_the_first_ones_task_is_long_forgotten()
    {
        ScheduleScripts scripts = new(keys);
        StoredSchedule seen = await SaveAsync(scripts, Schedule);
        FirePlan plan = new([Fire], 0, 0, Fire.AddMinutes(1));

        int first = await scripts.FireAsync(redis.Database, seen, plan);
        await redis.Database.KeyDeleteAsync(keys.Record(ScheduledTaskId.Of("s", $"{Fire.ToUnixTimeMilliseconds()}")));
        int second = await scripts.FireAsync(redis.Database, seen, plan);

        Assert.Equal((1, -1), (first, second));
        Assert.Equal(1, await redis.Database.SortedSetLengthAsync(keys.Delayed));
        Assert.Equal(Fire.AddMinutes(1).ToUnixTimeMilliseconds(), await redis.Database.SortedSetScoreAsync(keys.Schedules, "s"));
    }

    [Theory]
    [InlineData("update")]
    [InlineData("pause")]
    [InlineData("remove")]
    public async Task What_a_person_changed_meanwhile_does_not_fire_as_it_was_seen(string change)
    {
        ScheduleScripts scripts = new(keys);
        StoredSchedule seen = await SaveAsync(scripts, Schedule);
        await (change switch
        {
            "update" => scripts.SaveAsync(redis.Database, Schedule with { Type = "other" }, SaveMode.Update, Fire),
            "pause" => scripts.PauseAsync(redis.Database, "s"),
            _ => scripts.RemoveAsync(redis.Database, "s"),
        });

        int submitted = await scripts.FireAsync(redis.Database, seen, new FirePlan([Fire], 0, 0, null));

        Assert.Equal(-1, submitted);
        Assert.Equal(0, await redis.Database.SortedSetLengthAsync(keys.Delayed));
    }

    private async Task<StoredSchedule> SaveAsync(ScheduleScripts scripts, Schedule schedule)
    {
        Assert.True(await scripts.SaveAsync(redis.Database, schedule, SaveMode.Add, Fire));
        return StoredSchedule.Parse("s", (await redis.Database.HashGetAllAsync(keys.Schedule("s"))).ToDictionary(f => f.Name.ToString(), f => f.Value))!;
    }
}
