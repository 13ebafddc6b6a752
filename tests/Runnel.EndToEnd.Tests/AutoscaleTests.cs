using System.Runtime.InteropServices;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.EndToEnd.Tests;

public sealed class AutoscaleTests(RedisFixture redis) : ProcessTests(redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);
    private static readonly Dictionary<string, string> ShortLease = new() { ["Runnel__Worker__LeaseDuration"] = "00:00:03", ["Runnel__Worker__RenewInterval"] = "00:00:00.5" };

    [Fact]
    public async Task Goes_from_one_worker_to_eight_and_back_under_load_and_runs_every_task_once()
    {
        await using RunningTool scaler = Start("--min-workers", "1", "--max-workers", "8", "--sla", "20", "--concurrency", "2");
        await WorkersAsync(1);
        string[] burst = [.. await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(Ms(500), 500), cancellationToken: Cancelled)];
        await WorkersAsync(8);
        List<string> trickle = [];
        while ((await Client.GetStatsAsync(Cancelled)).Workers.Count > 1)
        {
            trickle.Add(await Client.SubmitAsync("diag.sleep", Ms(700), cancellationToken: Cancelled));
            await Client.WaitAsync(trickle[^1], Deadline, Cancelled);
        }

        scaler.Signal(PosixSignal.SIGTERM);
        int code = await scaler.ExitAsync();

        QueueStats stats = await Client.GetStatsAsync(Cancelled);
        Dictionary<string, int> results = await CompletionsAsync();
        TaskInfo?[] tasks = await Task.WhenAll(burst.Concat(trickle).Select(id => Client.FindAsync(id, Cancelled)));
        Assert.Equal(0, code);
        Assert.All(tasks, task => Assert.Equal((TaskState.Completed, 1), (task!.State, task.Attempt)));
        Assert.All(burst.Concat(trickle), id => Assert.Equal(1, results[id]));
        Assert.Equal((0L, 0L, 0L, 0), (stats.Recovered, stats.StaleResults, stats.Retried, stats.Workers.Count));
        Assert.DoesNotContain("did not drain", scaler.Said, StringComparison.Ordinal);
        Assert.All(scaler.Children, child => Assert.False(Processes.IsRunning(child)));
    }

    [Fact]
    public async Task Has_no_worker_until_the_first_task_and_none_after_the_last()
    {
        await using RunningTool scaler = Start("--min-workers", "0", "--max-workers", "2");
        await scaler.LineAsync("Keeping 0 worker(s)");

        string id = await Client.SubmitAsync("diag.sleep", Ms(1), cancellationToken: Cancelled);
        TaskInfo task = await Client.WaitAsync(id, Deadline, Cancelled);
        await scaler.LineAsync("to 0 worker(s), idle");
        await WorkersAsync(0);
        string late = await Client.SubmitAsync("diag.sleep", Ms(1), new SubmitOptions { Delay = TimeSpan.FromSeconds(1) }, Cancelled);
        TaskInfo delayed = await Client.WaitAsync(late, Deadline, Cancelled);

        Assert.Equal((TaskState.Completed, TaskState.Completed), (task.State, delayed.State));
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_do_and_starts_nothing()
    {
        await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(Ms(1), 10), cancellationToken: Cancelled);
        await using RunningTool scaler = Start("--dry-run");

        string line = await scaler.LineAsync("Would scale from 0 to 1 worker(s)");
        string next = await scaler.LineAsync("Would scale");
        scaler.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await scaler.ExitAsync());
        Assert.Contains("0 worker(s); 1 to 10 are allowed", line, StringComparison.Ordinal);
        Assert.Contains("from 0 to 1", next, StringComparison.Ordinal); // nobody did it
        Assert.Empty(scaler.Children);
    }

    [Fact]
    public async Task Another_autoscaler_stands_by_and_takes_over_when_the_first_is_killed()
    {
        await using RunningTool first = Start("--max-workers", "2");
        await first.LineAsync("takes tasks from");
        await using RunningTool second = Start("--max-workers", "2");
        await second.LineAsync("stands by");
        int[] before = second.Children;

        first.Kill();
        await second.LineAsync("leads on");
        await second.LineAsync("takes tasks from");
        string id = await Client.SubmitAsync("diag.sleep", Ms(1), cancellationToken: Cancelled);

        Assert.Empty(before);
        Assert.Equal(TaskState.Completed, (await Client.WaitAsync(id, Deadline, Cancelled)).State);
    }

    [Fact]
    public async Task Says_what_is_wrong_with_its_limits()
    {
        CliResult run = await Cli.RunAsync(["autoscale", "--redis-url", Redis.Url, "--min-workers", "8", "--max-workers", "4"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Runnel:Autoscaler:MaxWorkers is 4; give 8 (MinWorkers) to 1000", run.Errors, StringComparison.Ordinal);
    }

    private static Dictionary<string, int> Ms(int ms) => new(StringComparer.Ordinal) { ["ms"] = ms };

    private RunningTool Start(params string[] flags) => RunningTool.Start(
        ["autoscale", "--redis-url", Redis.Url, "--stream", Queue, "--diagnostics", "--interval", "1", "--cooldown-up", "1", "--cooldown-down", "2", .. flags], ShortLease);

    private Task WorkersAsync(int count) => Eventually.TrueAsync(
        async () => (await Client.GetStatsAsync(Cancelled)).Workers.Count == count, Deadline, $"there are {count} workers", Cancelled);

    private async Task<Dictionary<string, int>> CompletionsAsync()
    {
        StreamEntry[] feed = await Redis.Database.StreamRangeAsync("{" + Queue + "}:completed");
        return feed.Where(entry => entry["state"] == "completed")
            .SelectMany(entry => entry["ids"].ToString().Split(' '))
            .CountBy(id => id, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
    }
}
