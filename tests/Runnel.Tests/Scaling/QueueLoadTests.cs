using Runnel.Redis;
using Runnel.TestKit;

namespace Runnel.Tests.Scaling;

public sealed class QueueLoadTests(RedisFixture redis)
{
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_that_nobody_used_asks_for_nothing()
    {
        await using RunnelClient client = await ConnectAsync();

        QueueLoad load = await client.GetLoadAsync(Cancelled);

        Assert.Equal((0L, 0L, 0, 0, 0L, TimeSpan.Zero, false), (load.Waiting, load.Running, load.Workers, load.Slots, load.Ended, load.OldestWaiting, load.Paused));
        Assert.Empty(load.Service);
    }

    [Fact]
    public async Task Tasks_wait_in_streams_and_in_lanes_before_any_worker_was_there()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitManyAsync("run", Enumerable.Range(0, 3), cancellationToken: Cancelled);
        await client.SubmitManyAsync("run", Enumerable.Range(0, 4), new SubmitOptions { Group = "A", Priority = TaskPriority.High }, Cancelled);

        QueueLoad load = await client.GetLoadAsync(Cancelled);

        Assert.Equal(7, load.Waiting);
    }

    [Fact]
    public async Task Delayed_tasks_wait_from_their_due_time_on()
    {
        await using RunnelClient client = await ConnectAsync();
        DateTimeOffset now = (await client.GetLoadAsync(Cancelled)).At;
        await client.SubmitAsync("run", 1, new SubmitOptions { Delay = TimeSpan.FromHours(1) }, Cancelled);
        QueueLoad before = await client.GetLoadAsync(Cancelled);
        string due = (await redis.Database.SortedSetRangeByRankAsync(keys.Delayed)).Single().ToString();
        await redis.Database.SortedSetAddAsync(keys.Delayed, due, now.AddSeconds(-20).ToUnixTimeMilliseconds());

        QueueLoad after = await client.GetLoadAsync(Cancelled);

        Assert.Equal((0, 1), (before.Waiting, after.Waiting));
        Assert.InRange(after.OldestWaiting.TotalSeconds, 20, 80);
    }

    [Fact]
    public async Task A_schedule_that_is_due_waits_for_somebody_who_fires_it()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.Schedules.AddOrUpdateAsync(new Schedule { Id = "s", Cron = "0 0 1 1 *", Type = "run" }, Cancelled);
        QueueLoad before = await client.GetLoadAsync(Cancelled);
        await redis.Database.SortedSetAddAsync(keys.Schedules, "s", before.At.AddSeconds(-5).ToUnixTimeMilliseconds());

        QueueLoad after = await client.GetLoadAsync(Cancelled);

        Assert.Equal((0, 1), (before.Waiting, after.Waiting));
    }

    [Fact]
    public async Task A_group_at_its_limit_asks_for_no_more_workers()
    {
        TaskCompletionSource go = new(), started = new();
        await using TestHost host = await StartAsync(async _ =>
        {
            started.TrySetResult();
            await go.Task;
        });
        await host.Client.Flow.SetGroupAsync("A", limit: 1, cancellationToken: Cancelled);
        await host.Client.SubmitManyAsync("run", Enumerable.Range(0, 10), new SubmitOptions { Group = "A" }, Cancelled);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        QueueLoad load = await host.Client.GetLoadAsync(Cancelled);
        go.SetResult();

        Assert.Equal((0, 1), (load.Waiting, load.Running));
    }

    [Fact]
    public async Task Says_how_long_tasks_of_each_type_took_and_how_many_slots_there_are()
    {
        await using TestHost host = await StartAsync(_ => Task.CompletedTask);
        await host.Client.SubmitManyAsync("run", Enumerable.Range(0, 20), cancellationToken: Cancelled);
        QueueLoad load = await host.Client.GetLoadAsync(Cancelled);

        await Eventually.TrueAsync(
            async () => (load = await host.Client.GetLoadAsync(Cancelled)).Service.ContainsKey("run") && load.Service["run"].Attempts == 20,
            TimeSpan.FromSeconds(30), "a beat has told of all of them", Cancelled);

        Assert.Equal((20L, 1, 4, 0L, 0L), (load.Ended, load.Workers, load.Slots, load.Waiting, load.Running));
        Assert.InRange(load.Service["run"].Total.TotalSeconds, 0, 30);
    }

    [Fact]
    public async Task A_task_that_waits_in_a_lane_since_it_was_due_is_no_older_than_that()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitAsync("run", 1, new SubmitOptions { Group = "A", Delay = TimeSpan.FromHours(1) }, Cancelled);
        await redis.Database.HashSetAsync(keys.Record(id), "at", 1000); // accepted long ago
        await redis.Database.SortedSetAddAsync(keys.Delayed, id, 2000);
        TaskCompletionSource go = new();
        await using (TestHost host = await StartAsync(_ => go.Task, paused: true))
        {
            await Eventually.TrueAsync(async () => (await host.Client.GetStatsAsync(Cancelled)).Delayed == 0, TimeSpan.FromSeconds(30), "it is promoted", Cancelled);

            QueueLoad load = await host.Client.GetLoadAsync(Cancelled);
            go.SetResult();

            Assert.Equal((1, true), (load.Waiting, load.Paused));
            Assert.InRange(load.OldestWaiting.TotalSeconds, 0, 60);
        }
    }

    [Fact]
    public async Task Workers_that_take_some_types_are_asked_for_what_waits_of_those_alone()
    {
        await using RunnelClient client = await ConnectAsync();
        for (int i = 0; i < 200; i++)
            await client.SubmitAsync(i % 4 == 0 ? "run" : "foreign", i, cancellationToken: Cancelled);

        QueueLoad streamed = await client.GetLoadAsync(["run"], Cancelled);
        TaskCompletionSource go = new();
        await using TestHost host = await StartAsync(_ => go.Task, types: ["run"]);
        await Eventually.TrueAsync(async () => (await client.GetStatsAsync(Cancelled)).InSidings == 196, TimeSpan.FromSeconds(30), "all but four are in sidings", Cancelled);
        await Eventually.TrueAsync(async () => (await client.GetLoadAsync(["run"], Cancelled)).Running == 4, TimeSpan.FromSeconds(30), "it has shown what it runs", Cancelled);
        QueueLoad own = await client.GetLoadAsync(["run"], Cancelled), foreign = await client.GetLoadAsync(["foreign"], Cancelled), all = await client.GetLoadAsync(Cancelled);
        await host.Client.PauseTypeAsync("foreign", Cancelled);
        QueueLoad paused = await client.GetLoadAsync(Cancelled);
        go.SetResult();

        Assert.Equal(50, streamed.Waiting);
        Assert.Equal((46L, 4L, 1, 4), (own.Waiting, own.Running, own.Workers, own.Slots));
        Assert.Equal((150L, 0L, 0, 0), (foreign.Waiting, foreign.Running, foreign.Workers, foreign.Slots));
        Assert.Equal((196L, 4L, 1), (all.Waiting, all.Running, all.Workers));
        Assert.InRange(foreign.OldestWaiting.TotalSeconds, 0, 60);
        Assert.Equal(46, paused.Waiting);
    }

    [Fact]
    public async Task Behind_many_tasks_of_other_types_one_is_assumed_that_needs_a_worker()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitManyAsync("foreign", Enumerable.Range(0, 100), cancellationToken: Cancelled);
        long none = (await client.GetLoadAsync(["run"], Cancelled)).Waiting;
        await client.SubmitAsync("run", 1, cancellationToken: Cancelled);

        Assert.Equal((0, 1), (none, (await client.GetLoadAsync(["run"], Cancelled)).Waiting));
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, Cancelled);

    private async Task<TestHost> StartAsync(Func<int, Task> run, bool paused = false, IReadOnlyList<string>? types = null)
    {
        if (paused)
            await redis.Database.StringSetAsync(keys.Paused, "1");
        return await TestHost.StartAsync(redis, runnel => runnel.AddTaskHandler<int>("run", async (n, _, _) =>
        {
            await run(n);
            return null;
        }), worker => (worker.RenewInterval, worker.Types) = (TimeSpan.FromMilliseconds(100), types ?? []), keys.Queue);
    }
}
