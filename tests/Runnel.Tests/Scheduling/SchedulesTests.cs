using Runnel.TestKit;

namespace Runnel.Tests.Scheduling;

public sealed class SchedulesTests(RedisFixture redis)
{
    private readonly string queue = redis.NewQueue();
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_added_is_read_back_whole()
    {
        await using RunnelClient client = await ConnectAsync();
        Schedule schedule = new()
        {
            Id = "a:b",
            Cron = "0 30 2 * * MON-FRI",
            TimeZone = "Europe/Berlin",
            Type = "run",
            Payload = """{"a":[1]}""",
            Options = new SubmitOptions
            {
                Priority = TaskPriority.High,
                MaxRetries = 7,
                Timeout = TimeSpan.FromMinutes(2),
                Retry = RetryPolicy.Exponential(TimeSpan.FromSeconds(9), 0.5),
                Group = "reports",
                RateKey = "exchange",
            },
            ExpiresAfter = TimeSpan.FromHours(2),
            Misfire = MisfirePolicy.All(3),
            MisfireGrace = TimeSpan.FromSeconds(5),
            Overlap = OverlapPolicy.CancelPrevious,
        };

        await client.Schedules.AddAsync(schedule, Cancellation);

        ScheduleInfo info = (await client.Schedules.GetAsync("a:b", Cancellation))!;
        Assert.Equal(schedule, info.Schedule);
        Assert.Equal((null, null, 0L, 0L, 0L), (info.LastFire, info.LastTaskId, info.Submitted, info.Missed, info.Overlapped));
        Assert.Equal((await client.Schedules.NextFireTimesAsync("a:b", 1, Cancellation))[0], info.NextFire);
    }

    [Fact]
    public async Task Adding_needs_a_new_id_and_updating_a_known_one()
    {
        await using RunnelClient client = await ConnectAsync();

        RunnelException unknown = await Assert.ThrowsAsync<RunnelException>(() => client.Schedules.UpdateAsync(Yearly, Cancellation));
        await client.Schedules.AddAsync(Yearly, Cancellation);
        RunnelException twice = await Assert.ThrowsAsync<RunnelException>(() => client.Schedules.AddAsync(Yearly, Cancellation));
        await client.Schedules.UpdateAsync(Yearly with { Type = "other" }, Cancellation);

        Assert.Contains("No schedule 'yearly'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("has a schedule 'yearly' already", twice.Message, StringComparison.Ordinal);
        Assert.Equal("other", Assert.Single(await client.Schedules.ListAsync(Cancellation)).Schedule.Type);
        Assert.True(await client.Schedules.RemoveAsync("yearly", Cancellation));
        Assert.False(await client.Schedules.RemoveAsync("yearly", Cancellation));
        Assert.Empty(await client.Schedules.ListAsync(Cancellation));
    }

    [Fact]
    public async Task The_list_begins_with_what_fires_next_and_ends_with_what_rests()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.Schedules.AddAsync(Yearly with { Id = "resting", Paused = true }, Cancellation);
        await client.Schedules.AddAsync(Yearly, Cancellation);
        await client.Schedules.AddAsync(Yearly with { Id = "hourly", Cron = "@hourly" }, Cancellation);

        IReadOnlyList<ScheduleInfo> all = await client.Schedules.ListAsync(Cancellation);

        Assert.Equal(["hourly", "yearly", "resting"], all.Select(s => s.Schedule.Id));
        Assert.Null(all[2].NextFire);
    }

    [Fact]
    public async Task An_update_in_code_keeps_a_pause_and_what_is_due()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.Schedules.AddAsync(Yearly, Cancellation);
        await client.Schedules.AddAsync(Yearly with { Id = "resting" }, Cancellation);
        await client.Schedules.PauseAsync("resting", Cancellation);
        await redis.Database.HashSetAsync($"{{{queue}}}:schedule:yearly", "next", 1000);

        await client.Schedules.AddOrUpdateAsync(Yearly with { Payload = "1" }, Cancellation);
        await client.Schedules.AddOrUpdateAsync(Yearly with { Id = "resting", Payload = "1" }, Cancellation);

        IReadOnlyList<ScheduleInfo> all = await client.Schedules.ListAsync(Cancellation);
        Assert.Equal((DateTimeOffset.FromUnixTimeSeconds(1), "1"), (all[0].NextFire, all[0].Schedule.Payload));
        Assert.Equal((null, true, "1"), (all[1].NextFire, all[1].Schedule.Paused, all[1].Schedule.Payload));

        await client.Schedules.AddOrUpdateAsync(Yearly with { Cron = "0 0 2 1 *" }, Cancellation);
        await client.Schedules.UpdateAsync(Yearly with { Id = "resting" }, Cancellation);
        Assert.All(await client.Schedules.ListAsync(Cancellation), s => Assert.True(s.NextFire > DateTimeOffset.FromUnixTimeSeconds(1)));
    }

    [Fact]
    public async Task Resuming_goes_on_from_now()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.Schedules.AddAsync(Yearly, Cancellation);
        DateTimeOffset? next = (await client.Schedules.GetAsync("yearly", Cancellation))!.NextFire;
        await redis.Database.HashSetAsync($"{{{queue}}}:schedule:yearly", "next", 1000);

        bool paused = await client.Schedules.PauseAsync("yearly", Cancellation);
        bool resumed = await client.Schedules.ResumeAsync("yearly", Cancellation);

        Assert.Equal((true, true), (paused, resumed));
        Assert.Equal(next, (await client.Schedules.GetAsync("yearly", Cancellation))!.NextFire);
        Assert.False(await client.Schedules.PauseAsync("nobody", Cancellation));
        Assert.False(await client.Schedules.ResumeAsync("nobody", Cancellation));
    }

    [Fact]
    public async Task A_trigger_submits_a_task_out_of_turn()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (context, _) => Task.FromResult<object?>(context.PayloadJson.Length)), queue: queue);
        await host.Client.Schedules.AddAsync(Yearly with { Payload = "\"abc\"", Paused = true }, Cancellation);

        string id = await host.Client.Schedules.TriggerNowAsync("yearly", Cancellation);

        Assert.Equal(5, await host.Client.WaitForResultAsync<int>(id, TimeSpan.FromSeconds(20), Cancellation));
        ScheduleInfo info = (await host.Client.Schedules.GetAsync("yearly", Cancellation))!;
        Assert.Equal((id, 1L, true, null), (info.LastTaskId, info.Submitted, info.Schedule.Paused, info.NextFire));
        await Assert.ThrowsAsync<RunnelException>(() => host.Client.Schedules.TriggerNowAsync("nobody", Cancellation));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("type")]
    [InlineData("payload")]
    [InlineData("options")]
    [InlineData("expires_after")]
    [InlineData("misfire_grace")]
    [InlineData("overlap")]
    [InlineData("max_retries")]
    public async Task A_wrong_field_is_refused_by_name(string field)
    {
        await using RunnelClient client = await ConnectAsync();
        Schedule wrong = field switch
        {
            "id" => Yearly with { Id = "two words" },
            "type" => Yearly with { Type = "" },
            "payload" => Yearly with { Payload = "{" },
            "options" => Yearly with { Options = new SubmitOptions { Delay = TimeSpan.FromSeconds(1) } },
            "expires_after" => Yearly with { ExpiresAfter = TimeSpan.Zero },
            "misfire_grace" => Yearly with { MisfireGrace = TimeSpan.FromDays(1) },
            "overlap" => Yearly with { Overlap = (OverlapPolicy)9 },
            _ => Yearly with { Options = new SubmitOptions { MaxRetries = -1 } },
        };

        PayloadException error = await Assert.ThrowsAsync<PayloadException>(() => client.Schedules.AddAsync(wrong, Cancellation));

        Assert.Equal([field], error.Fields);
    }

    private static Schedule Yearly { get; } = new() { Id = "yearly", Cron = "0 0 1 1 *", Type = "run" };

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancellation);
}
