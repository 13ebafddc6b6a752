using System.Collections.Concurrent;
using Runnel.TestKit;

namespace Runnel.Tests.Scheduling;

public sealed class SchedulerTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly DateTimeOffset Midnight = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
    private readonly string queue = redis.NewQueue();
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_fire_time_has_one_task_however_many_workers_race()
    {
        ConcurrentQueue<string> ran = new();
        await using RunnelClient client = await ConnectAsync();
        await client.Schedules.AddAsync(Of("daily") with { Cron = "0 0 * * *", Misfire = MisfirePolicy.All(250) }, Cancellation);
        await SetDueAsync("daily", daysAgo: 199);

        TestHost[] hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (context, _) =>
        {
            ran.Enqueue(context.Id);
            return Task.FromResult<object?>(null);
        }), queue: queue)));
        await Eventually.TrueAsync(async () => (await client.GetStatsAsync(Cancellation)).Completed >= 200, Deadline, "200 tasks have run", Cancellation);

        ScheduleInfo info = (await client.Schedules.GetAsync("daily", Cancellation))!;
        QueueStats stats = await client.GetStatsAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, 200).Select(day => TaskId("daily", day)).Order(StringComparer.Ordinal), ran.Order(StringComparer.Ordinal));
        Assert.Equal((200L, 0L, Midnight, Midnight.AddDays(1)), (info.Submitted, info.Missed, info.LastFire, info.NextFire));
        Assert.Equal((200L, 200L, 0L), (stats.Submitted, stats.Completed, stats.Delayed));
        foreach (TestHost host in hosts)
            await host.DisposeAsync();
    }

    [Fact]
    public async Task What_came_while_no_worker_ran_is_made_up_by_the_first_that_starts()
    {
        Schedule schedule = Of("daily") with { Cron = "0 0 * * *", Misfire = MisfirePolicy.Once };
        await using RunnelClient client = await ConnectAsync();
        await (await StartAsync(b => b.AddSchedule(schedule))).DisposeAsync();
        await SetDueAsync("daily", daysAgo: 3);

        await using TestHost host = await StartAsync(b => b.AddSchedule(schedule));
        await FindAsync(client, TaskId("daily", 0));

        ScheduleInfo info = (await client.Schedules.GetAsync("daily", Cancellation))!;
        Assert.Equal((1L, 3L, TaskId("daily", 0), Midnight.AddDays(1)), (info.Submitted, info.Missed, info.LastTaskId, info.NextFire));
    }

    [Fact]
    public async Task A_schedule_fires_from_its_adding_on_without_waiting_for_a_beat()
    {
        TaskCompletionSource<string> ran = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", (context, _) =>
        {
            ran.TrySetResult(context.Id);
            return Task.FromResult<object?>(null);
        }), o => (o.LeaseDuration, o.RenewInterval) = (TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30)), queue);

        await host.Client.Schedules.AddAsync(Of("often") with { Cron = "* * * * * *" }, Cancellation);

        Assert.StartsWith("schedule:often:", await ran.Task.WaitAsync(Deadline, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skip_lets_a_fire_time_pass_while_the_previous_task_runs()
    {
        using Gate gate = new();
        await using TestHost host = await gate.StartAsync(redis, queue);
        await FireAsync(host.Client, Of("s") with { Overlap = OverlapPolicy.Skip }, daysAgo: 3);
        await gate.Started(Deadline);

        await FireAsync(host.Client, Of("s") with { Overlap = OverlapPolicy.Skip }, daysAgo: 2);
        await PassedAsync(host.Client, "s", overlapped: 1);
        gate.Open(1);
        await host.Client.WaitAsync(TaskId("s", 3), Deadline, Cancellation);
        await FireAsync(host.Client, Of("s") with { Overlap = OverlapPolicy.Skip }, daysAgo: 1);
        gate.Open(1);
        await FindAsync(host.Client, TaskId("s", 1));

        Assert.Equal([TaskId("s", 3), TaskId("s", 1)], gate.Ran);
        Assert.Null(await host.Client.FindAsync(TaskId("s", 2), Cancellation));
    }

    [Fact]
    public async Task Queue_has_one_wait_behind_the_running_task_and_start_when_that_has_ended()
    {
        using Gate gate = new();
        await using TestHost host = await gate.StartAsync(redis, queue);
        Schedule schedule = Of("s") with { Overlap = OverlapPolicy.Queue };
        await FireAsync(host.Client, schedule, daysAgo: 4);
        await gate.Started(Deadline);

        await FireAsync(host.Client, schedule, daysAgo: 3);
        await Eventually.TrueAsync(
            async () => (await host.Client.FindAsync(TaskId("s", 3), Cancellation))?.State == TaskState.Scheduled, Deadline, "one waits", Cancellation);
        await FireAsync(host.Client, schedule, daysAgo: 2);
        await PassedAsync(host.Client, "s", overlapped: 1);
        double? lookedAt = await redis.Database.SortedSetScoreAsync(host.Keys.Delayed, TaskId("s", 3));
        await Eventually.TrueAsync(
            async () => await redis.Database.SortedSetScoreAsync(host.Keys.Delayed, TaskId("s", 3)) > lookedAt, Deadline, "it was looked at and waits on", Cancellation);
        Assert.Equal([TaskId("s", 4)], gate.Ran);
        gate.Open(2);
        await FindAsync(host.Client, TaskId("s", 3));

        Assert.Equal([TaskId("s", 4), TaskId("s", 3)], gate.Ran);
        Assert.Equal(1, gate.MostAtOnce);
    }

    [Fact]
    public async Task Queue_has_the_waiting_one_start_when_nobody_saw_the_other_end()
    {
        using Gate gate = new();
        await using TestHost host = await gate.StartAsync(redis, queue);
        Schedule schedule = Of("s") with { Overlap = OverlapPolicy.Queue };
        await FireAsync(host.Client, schedule, daysAgo: 4);
        await gate.Started(Deadline);
        await FireAsync(host.Client, schedule, daysAgo: 3);
        await Eventually.TrueAsync(
            async () => (await host.Client.FindAsync(TaskId("s", 3), Cancellation))?.State == TaskState.Scheduled, Deadline, "one waits", Cancellation);

        await redis.Database.HashSetAsync(host.Keys.Record(TaskId("s", 4)), "state", "completed");

        await gate.Started(Deadline);
        Assert.Equal([TaskId("s", 4), TaskId("s", 3)], gate.Ran);
        gate.Open(2);
    }

    [Fact]
    public async Task Queue_starts_no_second_one_beside_the_running_task_when_the_waiting_one_is_cancelled()
    {
        using Gate gate = new();
        await using TestHost host = await gate.StartAsync(redis, queue);
        Schedule schedule = Of("s") with { Overlap = OverlapPolicy.Queue };
        await FireAsync(host.Client, schedule, daysAgo: 4);
        await gate.Started(Deadline);
        await FireAsync(host.Client, schedule, daysAgo: 3);
        await Eventually.TrueAsync(
            async () => await host.Client.CancelAsync(TaskId("s", 3), Cancellation) == CancelResult.Cancelled, Deadline, "the waiting one is cancelled", Cancellation);

        await FireAsync(host.Client, schedule, daysAgo: 2);
        await Eventually.TrueAsync(
            async () => (await host.Client.FindAsync(TaskId("s", 2), Cancellation))?.State == TaskState.Scheduled, Deadline, "another waits", Cancellation);
        gate.Open(2);
        await FindAsync(host.Client, TaskId("s", 2));

        Assert.Equal([TaskId("s", 4), TaskId("s", 2)], gate.Ran);
        Assert.Equal(1, gate.MostAtOnce);
    }

    [Fact]
    public async Task Cancel_previous_stops_the_running_task_and_starts_the_next()
    {
        using Gate gate = new();
        await using TestHost host = await gate.StartAsync(redis, queue);
        Schedule schedule = Of("s") with { Overlap = OverlapPolicy.CancelPrevious };
        await FireAsync(host.Client, schedule, daysAgo: 4);
        await gate.Started(Deadline);

        await FireAsync(host.Client, schedule, daysAgo: 3);
        await gate.Started(Deadline);
        TaskInfo previous = await host.Client.WaitAsync(TaskId("s", 4), Deadline, Cancellation);
        gate.Open(1);
        TaskInfo next = await host.Client.WaitAsync(TaskId("s", 3), Deadline, Cancellation);

        Assert.Equal((TaskState.Cancelled, TaskState.Completed), (previous.State, next.State));
    }

    [Fact]
    public async Task Its_tasks_are_held_to_their_groups_limit()
    {
        using Gate gate = new();
        await using TestHost host = await gate.StartAsync(redis, queue);
        await host.Client.Flow.SetGroupAsync("reports", limit: 1, cancellationToken: Cancellation);
        await host.Client.Schedules.AddAsync(Of("s") with { Options = new SubmitOptions { Group = "reports" } }, Cancellation);

        string[] ids = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.Client.Schedules.TriggerNowAsync("s", Cancellation)));
        await Eventually.TrueAsync(
            async () => await host.Client.Flow.GetGroupAsync("reports", Cancellation) is { Admitted: 1, Waiting: 2 }, Deadline, "one is admitted", Cancellation);
        gate.Open(3);
        foreach (string id in ids)
            await host.Client.WaitAsync(id, Deadline, Cancellation);

        Assert.Equal(1, gate.MostAtOnce);
    }

    [Fact]
    public async Task One_that_is_due_does_not_fire_while_it_is_paused()
    {
        await using TestHost host = await StartAsync(_ => { });
        await host.Client.Schedules.AddAsync(Of("resting") with { Cron = "0 0 * * *", Misfire = MisfirePolicy.Once }, Cancellation);
        await host.Client.Schedules.PauseAsync("resting", Cancellation);
        await SetDueAsync("resting", daysAgo: 1);

        await FireAsync(host.Client, Of("other"), daysAgo: 1);
        await FindAsync(host.Client, TaskId("other", 1));

        Assert.Equal(0, (await host.Client.Schedules.GetAsync("resting", Cancellation))!.Submitted);
    }

    [Theory]
    [InlineData("zone", "Mars/Olympus")]
    [InlineData("cron", "tomorrow")]
    [InlineData("expires_after", "soon")]
    public async Task One_that_this_system_cannot_read_stops_no_other(string field, string value)
    {
        await using TestHost host = await StartAsync(_ => { });
        await host.Client.Schedules.AddAsync(Of("broken") with { Cron = "0 0 * * *" }, Cancellation);
        await redis.Database.HashSetAsync(host.Keys.Schedule("broken"), field, value);
        await SetDueAsync("broken", daysAgo: 1);

        await FireAsync(host.Client, Of("other"), daysAgo: 1);

        await FindAsync(host.Client, TaskId("other", 1));
    }

    [Fact]
    public async Task Each_task_expires_as_long_after_it_was_queued_as_the_schedule_says()
    {
        await using TestHost host = await StartAsync(_ => { });
        await host.Client.PauseAsync(Cancellation);
        await FireAsync(host.Client, Of("s") with { ExpiresAfter = TimeSpan.FromSeconds(1) }, daysAgo: 1);
        await Eventually.TrueAsync(
            async () => (await host.Client.GetStatsAsync(Cancellation)).OldestWaiting > TimeSpan.FromSeconds(1.2), Deadline, "it is over a second old", Cancellation);

        await host.Client.ResumeAsync(Cancellation);

        Assert.Equal(TaskState.Expired, (await host.Client.WaitAsync(TaskId("s", 1), Deadline, Cancellation)).State);
    }

    private static Schedule Of(string id) => new() { Id = id, Cron = "0 0 1 1 *", Type = "run", Misfire = MisfirePolicy.Once };

    private static string TaskId(string id, int daysAgo) => $"schedule:{id}:{Midnight.AddDays(-daysAgo).ToUnixTimeMilliseconds()}";

    /// <summary>Makes it due once, at a midnight that is past.</summary>
    private async Task FireAsync(RunnelClient client, Schedule schedule, int daysAgo)
    {
        DateTimeOffset at = Midnight.AddDays(-daysAgo);
        await client.Schedules.AddOrUpdateAsync(schedule with { Cron = $"0 0 {at.Day} {at.Month} *" }, Cancellation);
        await SetDueAsync(schedule.Id, daysAgo);
    }

    private async Task SetDueAsync(string id, int daysAgo)
    {
        Runnel.Redis.QueueKeys keys = new(queue, "workers");
        long at = Midnight.AddDays(-daysAgo).ToUnixTimeMilliseconds();
        await redis.Database.HashSetAsync(keys.Schedule(id), "next", at);
        await redis.Database.SortedSetAddAsync(keys.Schedules, id, at);
        await redis.Database.PublishAsync(keys.Control, "schedule 0");
    }

    /// <summary>Waits until the task is there and has ended.</summary>
    private static async Task FindAsync(RunnelClient client, string id)
    {
        await Eventually.TrueAsync(async () => await client.FindAsync(id, Cancellation) is not null, Deadline, $"{id} is submitted", Cancellation);
        await client.WaitAsync(id, Deadline, Cancellation);
    }

    private static Task PassedAsync(RunnelClient client, string id, long overlapped) => Eventually.TrueAsync(
        async () => (await client.Schedules.GetAsync(id, Cancellation))!.Overlapped == overlapped, Deadline, "a fire time has passed", Cancellation);

    private Task<TestHost> StartAsync(Action<RunnelBuilder> configure) => TestHost.StartAsync(redis, b =>
    {
        b.AddTaskHandler("run", (_, _) => Task.FromResult<object?>(null));
        configure(b);
    }, queue: queue);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancellation);

    /// <summary>A handler that each time waits to be let on.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly SemaphoreSlim started = new(0);
        private readonly SemaphoreSlim open = new(0);
        private int running;

        public ConcurrentQueue<string> Ran { get; } = new();

        public int MostAtOnce { get; private set; }

        public Task<TestHost> StartAsync(RedisFixture redis, string queue) => TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (context, cancellationToken) =>
        {
            Ran.Enqueue(context.Id);
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref running));
            started.Release();
            try
            {
                await open.WaitAsync(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }

            return null;
        }), queue: queue);

        public async Task Started(TimeSpan deadline) => Assert.True(await started.WaitAsync(deadline, Cancellation));

        public void Open(int count) => open.Release(count);

        public void Dispose()
        {
            started.Dispose();
            open.Dispose();
        }
    }
}
