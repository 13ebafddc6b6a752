using System.Diagnostics;
using System.Runtime.InteropServices;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.EndToEnd.Tests;

/// <summary>The promises of docs/concepts/delivery.md, kept while real worker processes are paused and killed.</summary>
public sealed class SuddenDeathTests(RedisFixture redis) : ProcessTests(redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string> ShortLease = new(StringComparer.Ordinal)
    {
        ["Runnel__Worker__LeaseDuration"] = "00:00:01",
        ["Runnel__Worker__RenewInterval"] = "00:00:00.3",
    };

    [Fact]
    public async Task A_worker_paused_for_longer_than_its_lease_has_its_results_refused()
    {
        await using RunningTool workers = await StartAsync(workers: 2, "--concurrency", "4");
        string[] ids = [.. await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(Ms(1500), 8), cancellationToken: Cancelled)];
        await StatsAsync(stats => stats.Running == 8, "all tasks run");

        int zombie = workers.Children[0];
        RunningTool.Send(zombie, RunningTool.Stop);
        await StatsAsync(stats => stats.Completed == 8, "the living worker has done all");
        RunningTool.Send(zombie, RunningTool.Continue);
        QueueStats ended = await StatsAsync(stats => stats.StaleResults >= 4, "the results of the paused worker are refused");

        Dictionary<string, int> results = await CompletionsAsync();
        TaskInfo?[] tasks = await Task.WhenAll(ids.Select(id => Client.FindAsync(id, Cancelled)));
        Assert.Equal((8L, 4L, 4L, 0L), (ended.Completed, ended.Recovered, ended.StaleResults, ended.Running));
        Assert.All(ids, id => Assert.Equal(1, results[id]));
        Assert.All(tasks, task => Assert.DoesNotContain($"-{zombie}-", task!.Worker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lease_of_one_second_has_a_dead_workers_task_running_elsewhere_within_three()
    {
        await using RunningTool workers = await StartAsync(workers: 2, "--concurrency", "1");
        string id = await Client.SubmitAsync("diag.sleep", Ms(2000), cancellationToken: Cancelled);
        TaskInfo first = await RunningAsync(id, attempt: 1);

        long killedAt = TimeProvider.System.GetTimestamp();
        Process.GetProcessById(int.Parse(first.Worker!.Split('-')[^2])).Kill();
        await RunningAsync(id, attempt: 2);
        TimeSpan recovery = TimeProvider.System.GetElapsedTime(killedAt);

        Assert.True(recovery < TimeSpan.FromSeconds(3), $"It took {recovery}.");
    }

    [Fact]
    public async Task No_task_is_lost_or_recorded_twice_while_workers_are_killed_at_random()
    {
        Random random = new(3);
        await using RunningTool workers = await StartAsync(workers: 3, "--concurrency", "16");
        Task<IReadOnlyList<string>> submitting = Client.SubmitManyAsync("diag.sleep", Enumerable.Range(0, 2000).Select(_ => Ms(random.Next(1, 60))), cancellationToken: Cancelled);

        int killed = 0;
        for (int round = 1; round <= 6; round++)
        {
            int enough = round * 200;
            await StatsAsync(stats => stats.Completed >= enough, $"{enough} tasks are done");
            int[] living = [.. workers.Children.Where(Processes.IsRunning)];
            if (living.Length == 0)
                continue;
            Process.GetProcessById(living[random.Next(living.Length)]).Kill();
            killed++;
        }

        IReadOnlyList<string> ids = await submitting;
        QueueStats ended = await StatsAsync(stats => stats.Completed + stats.Dead == ids.Count, "every task has ended");
        Dictionary<string, int> results = await CompletionsAsync();
        TaskInfo?[] tasks = await Task.WhenAll(ids.Select(id => Client.FindAsync(id, Cancelled)));
        Assert.InRange(killed, 4, 6);
        Assert.All(tasks, task => Assert.Equal(TaskState.Completed, task!.State));
        Assert.Equal((2000L, 0L, 0L, 0L), (ended.Completed, ended.Running, ended.Returned, ended.Delayed));
        Assert.Equal(2000, results.Count);
        Assert.All(results.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_batch_whose_producer_and_workers_are_killed_has_each_member_and_what_follows_once()
    {
        const int Members = 1200;
        await using RunningTool workers = await StartAsync(workers: 3, "--concurrency", "8");
        await Client.SubmitAsync("diag.batch", new { count = Members, ms = 5, everyMs = 2 }, new SubmitOptions { Id = "producer" }, Cancelled);

        int killed = 0;
        foreach (int submitted in new[] { 150, 400, 700 })
        {
            await BatchAsync(batch => batch.Submitted >= submitted, $"{submitted} members are submitted");
            if (await Client.FindAsync("producer", Cancelled) is not { State: TaskState.Running } producer)
                continue;
            Process.GetProcessById(int.Parse(producer.Worker!.Split('-')[^2])).Kill();
            killed++;
        }

        BatchInfo ended = await BatchAsync(batch => batch.FinishedAt is not null, "the batch has ended");
        string producerSaid = await Client.WaitForResultAsync<string>("producer", Deadline, Cancelled) ?? "";
        await Client.WaitForResultAsync<string>("of-producer.completed", Deadline, Cancelled);
        await Client.WaitForResultAsync<string>("of-producer.success", Deadline, Cancelled);
        Dictionary<string, int> results = await CompletionsAsync();
        QueueStats stats = await StatsAsync(s => s.Completed == Members + 3, "all tasks are done");
        int[] slept = await Client.ReadBatchResultsAsync<Dictionary<string, int>>("of-producer", Cancelled).Select(r => r.Result?["slept_ms"] ?? -1).ToArrayAsync(Cancelled);

        Assert.InRange(killed, 2, 3);
        Assert.Equal("of-producer", producerSaid);
        Assert.Equal((Members, Members, Members, 0L, 0L), ((int?)ended.Total, (int)ended.Submitted, (int)ended.Completed, ended.Failed, ended.Cancelled));
        Assert.Equal(Members + 3, results.Count);
        Assert.All(results.Values, count => Assert.Equal(1, count));
        Assert.Equal((Members + 3L, 0L, 0L, 0L), (stats.Submitted, stats.Dead, stats.Delayed, stats.Running));
        Assert.Equal(Enumerable.Repeat(5, Members), slept);
    }

    [Fact]
    public async Task A_stop_under_load_loses_no_task_and_runs_none_twice()
    {
        string[] ids = [.. await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(Ms(50), 1000), cancellationToken: Cancelled)];
        await using (RunningTool first = await StartAsync(workers: 2, "--concurrency", "8"))
        {
            await StatsAsync(stats => stats.Completed >= 100, "a hundred tasks are done");
            first.Signal(PosixSignal.SIGTERM);
            Assert.Equal(0, await first.ExitAsync());
        }

        QueueStats stopped = await Client.GetStatsAsync(Cancelled);
        await using RunningTool second = await StartAsync(workers: 2, "--concurrency", "8");
        QueueStats ended = await StatsAsync(stats => stats.Completed == 1000, "all tasks are done");

        Dictionary<string, int> results = await CompletionsAsync();
        TaskInfo?[] tasks = await Task.WhenAll(ids.Select(id => Client.FindAsync(id, Cancelled)));
        Assert.Equal((0L, 1000 - stopped.Completed), (stopped.Running, stopped.Queued.Values.Sum() + stopped.Returned));
        Assert.InRange(stopped.Completed, 100, 999);
        Assert.All(tasks, task => Assert.Equal((TaskState.Completed, 1), (task!.State, task.Attempt)));
        Assert.All(ids, id => Assert.Equal(1, results[id]));
        Assert.Equal((0L, 0L, 0L), (ended.Recovered, ended.StaleResults, ended.Retried));
    }

    [Fact]
    public async Task A_burst_of_tasks_that_kill_their_workers_ends_in_the_dead_letters_and_the_others_are_all_done()
    {
        await using RunningTool workers = await StartAsync(workers: 2, maxCrashes: 3, "--concurrency", "4");
        string[] poison = [.. await Client.SubmitManyAsync("diag.crash", Enumerable.Repeat(Ms(5), 4), cancellationToken: Cancelled)];
        string[] others = [.. await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(Ms(20), 300), cancellationToken: Cancelled)];

        QueueStats ended = await StatsAsync(stats => stats.Completed + stats.Dead == poison.Length + others.Length, "all have ended");

        TaskInfo?[] dead = await Task.WhenAll(poison.Select(id => Client.FindAsync(id, Cancelled))), done = await Task.WhenAll(others.Select(id => Client.FindAsync(id, Cancelled)));
        Assert.All(dead, task => Assert.Equal("poison", task!.Reason));
        Assert.All(done, task => Assert.Equal(TaskState.Completed, task!.State));
        Assert.Equal((4L, 0L, 0L, 0L), (ended.Dead, ended.Running, ended.Returned, ended.Retried));
        workers.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await workers.ExitAsync()); // the supervisor took none of it for a crash loop
    }

    [Fact]
    public async Task Forty_tasks_that_burn_the_processor_do_not_cost_a_worker_its_lease()
    {
        await using RunningTool workers = await StartAsync(workers: 1, "--concurrency", "40");
        await Client.SubmitManyAsync("diag.burn", Enumerable.Repeat(Ms(4000), 40), cancellationToken: Cancelled);

        QueueStats ended = await StatsAsync(stats => stats.Completed + stats.Dead == 40, "all tasks are done");

        Assert.Equal((40L, 0L, 0L, 0L), (ended.Completed, ended.Recovered, ended.StaleResults, ended.Retried));
        Assert.DoesNotContain("lease was lost", workers.Said, StringComparison.Ordinal);
    }

    private static Dictionary<string, int> Ms(int ms) => new(StringComparer.Ordinal) { ["ms"] = ms };

    private Task<RunningTool> StartAsync(int workers, params string[] flags) => StartAsync(workers, maxCrashes: 1000, flags);

    private async Task<RunningTool> StartAsync(int workers, int maxCrashes, params string[] flags)
    {
        Dictionary<string, string> settings = new(ShortLease, StringComparer.Ordinal) { ["Runnel__Worker__MaxCrashes"] = $"{maxCrashes}" };
        RunningTool tool = RunningTool.Start(["worker", "--redis-url", Redis.Url, "--stream", Queue, "--workers", $"{workers}", "--diagnostics", .. flags], settings);
        for (int ready = 0; ready < workers; ready++)
            await tool.LineAsync("takes tasks from");
        return tool;
    }

    private async Task<QueueStats> StatsAsync(Func<QueueStats, bool> wanted, string what)
    {
        QueueStats? stats = null;
        try
        {
            await Eventually.TrueAsync(async () => wanted(stats = await Client.GetStatsAsync(Cancelled)), Deadline, what, Cancelled);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} The queue: {stats}", e);
        }

        return stats!;
    }

    private async Task<BatchInfo> BatchAsync(Func<BatchInfo, bool> wanted, string what)
    {
        BatchInfo? batch = null;
        await Eventually.TrueAsync(async () => (batch = await Client.FindBatchAsync("of-producer", Cancelled)) is { } found && wanted(found), Deadline, what, Cancelled);
        return batch!;
    }

    /// <summary>How often each task was recorded as completed, from the feed of state changes.</summary>
    private async Task<Dictionary<string, int>> CompletionsAsync()
    {
        StreamEntry[] feed = await Redis.Database.StreamRangeAsync("{" + Queue + "}:completed");
        return feed.Where(entry => entry["state"] == "completed")
            .SelectMany(entry => entry["ids"].ToString().Split(' '))
            .CountBy(id => id, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
    }

    private async Task<TaskInfo> RunningAsync(string id, int attempt)
    {
        TaskInfo? task = null;
        await Eventually.TrueAsync(
            async () => (task = await Client.FindAsync(id, Cancelled)) is { State: TaskState.Running } running && running.Attempt >= attempt,
            Deadline, $"attempt {attempt} of {id} runs", Cancelled);
        return task!;
    }
}
