using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary>Workers told from elsewhere by the tool, and what their supervisor does by itself.</summary>
public sealed class WorkerControlTests(RedisFixture redis) : ProcessTests(redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly int Hangup = 1, User1 = OperatingSystem.IsMacOS() ? 30 : 10;

    [Fact]
    public async Task The_list_shows_what_each_worker_is_and_does()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 2, "--concurrency", "3");
        await Client.SubmitAsync("diag.sleep", Ms(60_000), cancellationToken: Cancelled);
        await UntilAsync(workers => workers.Sum(worker => worker.Running) == 1, "one of them runs it");

        CliResult text = await RunAsync("workers", "list");
        JsonNode json = JsonNode.Parse((await RunAsync("workers", "list", "--json")).Output)!;

        JsonArray workers = json["workers"]!.AsArray();
        JsonNode supervisor = Assert.Single(json["supervisors"]!.AsArray())!;
        Assert.Equal(tool.Children.Order(), workers.Select(worker => worker!["pid"]!.GetValue<int>()).Order());
        Assert.Equal(tool.Id, supervisor["pid"]!.GetValue<int>());
        Assert.Equal([1, 2], workers.Select(worker => worker!["number"]!.GetValue<int>()).Order());
        Assert.All(workers, worker =>
        {
            Assert.Equal(supervisor["id"]!.GetValue<string>(), worker!["supervisor"]!.GetValue<string>());
            Assert.Equal((Environment.MachineName, "running", 3), (worker["host"]!.GetValue<string>(), worker["state"]!.GetValue<string>(), worker["slots"]!.GetValue<int>()));
            Assert.InRange(worker["memory_bytes"]!.GetValue<long>(), 10_000_000, 1_000_000_000);
            Assert.NotEmpty(worker["version"]!.GetValue<string>());
        });
        Assert.Contains("1 of 3", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_workers_take_nothing_until_they_are_told_to_resume()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 2);
        await UntilAsync(workers => workers.Count == 2, "both show themselves");

        CliResult quiet = await RunAsync("workers", "quiet", "--all");
        await UntilAsync(workers => workers.All(worker => worker.Condition == WorkerCondition.Quiet), "both are quiet");
        string id = await Client.SubmitAsync("diag.sleep", Ms(1), cancellationToken: Cancelled);
        await Client.SubmitAsync("diag.noop", 0, new SubmitOptions { Delay = TimeSpan.FromSeconds(1) }, Cancelled); // promoted all the same
        await Eventually.TrueAsync(async () => (await Client.GetStatsAsync(Cancelled)).Queued[TaskPriority.Normal] == 2, Deadline, "both wait", Cancelled);
        TaskState while1 = (await Client.FindAsync(id, Cancelled))!.State;
        CliResult resume = await RunAsync("workers", "resume", Environment.MachineName);

        Assert.Equal((0, 0), (quiet.ExitCode, resume.ExitCode));
        Assert.Equal(TaskState.Queued, while1);
        Assert.Equal(TaskState.Completed, (await Client.WaitAsync(id, Deadline, Cancelled)).State);
    }

    [Fact]
    public async Task SIGUSR1_quiets_all_workers_of_a_supervisor()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 2);
        await UntilAsync(workers => workers.Count(worker => worker.Supervisor.Length > 0) == 2, "both show themselves");

        RunningTool.Send(tool.Id, User1);

        await UntilAsync(workers => workers.All(worker => worker.Condition == WorkerCondition.Quiet), "both are quiet");
    }

    [Fact]
    public async Task A_drained_worker_ends_its_task_first_and_another_takes_its_place()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);
        string id = await Client.SubmitAsync("diag.sleep", Ms(3000), cancellationToken: Cancelled);
        await UntilAsync(workers => workers.Sum(worker => worker.Running) == 1, "it runs");
        string name = (await Client.Workers.ListAsync(Cancelled)).Single().Name;

        CliResult drain = await RunAsync("workers", "drain", name);
        TaskInfo task = await Client.WaitAsync(id, Deadline, Cancelled);
        await UntilAsync(workers => workers.Count == 1 && workers[0].Name != name, "another is there");

        Assert.Equal(0, drain.ExitCode);
        Assert.Equal((TaskState.Completed, 1), (task.State, task.Attempt));
        Assert.Contains("drained by itself; starting another", tool.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_worker_hands_its_task_back_and_another_goes_on_with_it()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);
        string id = await Client.SubmitAsync("diag.sleep", Ms(20_000), cancellationToken: Cancelled);
        await UntilAsync(workers => workers.Sum(worker => worker.Running) == 1, "it runs");
        string name = (await Client.Workers.ListAsync(Cancelled)).Single().Name;

        await RunAsync("workers", "stop", name);
        await UntilAsync(workers => workers.Count == 1 && workers[0].Name != name && workers[0].Running == 1, "another runs it");

        Assert.Equal(1, (await Client.FindAsync(id, Cancelled))!.Attempt); // handed back: that is no failure
        Assert.Equal(0, (await Client.GetStatsAsync(Cancelled)).Recovered);
    }

    [Fact]
    public async Task A_supervisor_is_resized_and_drained_from_elsewhere()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);
        SupervisorInfo? supervisor = null;
        await Eventually.TrueAsync(
            async () => (supervisor = (await Client.Workers.ListSupervisorsAsync(Cancelled)).SingleOrDefault()) is not null, Deadline, "it shows itself", Cancelled);

        CliResult grow = await RunAsync("workers", "resize", supervisor!.Id, "3");
        await UntilAsync(workers => workers.Count == 3, "there are three");
        CliResult shrink = await RunAsync("workers", "resize", supervisor.Id, "1");
        await UntilAsync(workers => workers.Count == 1, "one is left");
        CliResult drain = await RunAsync("workers", "drain", supervisor.Id);

        Assert.Equal((0, 0, 0), (grow.ExitCode, shrink.ExitCode, drain.ExitCode));
        Assert.Equal(0, await tool.ExitAsync());
        Assert.Empty(await Client.Workers.ListSupervisorsAsync(Cancelled));
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_an_error_that_names_it()
    {
        CliResult drain = await RunAsync("workers", "drain", "nobody-1");
        CliResult resize = await RunAsync("workers", "resize", "nobody-2", "3");
        CliResult all = await RunAsync("workers", "quiet");

        Assert.Equal((1, 1, 1), (drain.ExitCode, resize.ExitCode, all.ExitCode));
        Assert.Contains("'nobody-1'", drain.Errors, StringComparison.Ordinal);
        Assert.Contains("'nobody-2'", resize.Errors, StringComparison.Ordinal);
        Assert.Contains("--all", all.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_is_well_with_all_workers_and_says_what_is_missing()
    {
        CliResult none = await RunAsync("workers", "probe");
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);
        await UntilAsync(workers => workers.Count == 1 && workers[0].Supervisor.Length > 0, "it shows itself");

        CliResult well = await RunAsync("workers", "probe");

        Assert.Equal((1, 0), (none.ExitCode, well.ExitCode));
        Assert.Contains($"no supervisor on {Environment.MachineName}", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_hands_back_what_runs_at_once()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);
        string id = await Client.SubmitAsync("diag.sleep", Ms(60_000), cancellationToken: Cancelled);
        await UntilAsync(workers => workers.Sum(worker => worker.Running) == 1, "it runs");

        tool.Signal(PosixSignal.SIGTERM);
        await tool.LineAsync("drains");
        tool.Signal(PosixSignal.SIGTERM);
        int code = await tool.ExitAsync();

        TaskInfo task = (await Client.FindAsync(id, Cancelled))!;
        QueueStats stats = await Client.GetStatsAsync(Cancelled);
        Assert.Equal(4, code);
        Assert.Equal((TaskState.Queued, 1), (task.State, task.Attempt));
        Assert.Equal((0L, 0L, 0), (stats.Running, stats.Recovered, stats.Workers.Count));
        Assert.DoesNotContain("Killed worker", tool.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGHUP_replaces_the_workers_and_loses_no_task()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 2);
        int[] before = tool.Children;
        string[] ids = [.. await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(Ms(50), 100), cancellationToken: Cancelled)];

        RunningTool.Send(tool.Id, Hangup);
        await Eventually.TrueAsync(() => !before.Any(Processes.IsRunning), Deadline, "the old ones have ended", Cancelled);
        TaskInfo[] tasks = await Task.WhenAll(ids.Select(id => Client.WaitAsync(id, Deadline, Cancelled)));
        await UntilAsync(workers => workers.Count == 2, "two are there");

        Assert.All(tasks, task => Assert.Equal((TaskState.Completed, 1), (task.State, task.Attempt)));
        Assert.Equal(0, (await Client.GetStatsAsync(Cancelled)).Recovered);
    }

    [Fact]
    public async Task A_worker_makes_way_for_a_fresh_one_after_its_most_tasks()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1, "--max-tasks", "20");
        string[] ids = [.. await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(Ms(10), 25), cancellationToken: Cancelled)];

        await tool.LineAsync("makes way for a fresh one, since it ran");
        await Eventually.TrueAsync(() => tool.Children.Length == 2, Deadline, "another was started", Cancelled);
        TaskInfo[] tasks = await Task.WhenAll(ids.Select(id => Client.WaitAsync(id, Deadline, Cancelled)));

        Assert.All(tasks, task => Assert.Equal((TaskState.Completed, 1), (task.State, task.Attempt)));
    }

    [Fact]
    public async Task A_worker_that_leaks_memory_makes_way_for_a_fresh_one_when_its_task_has_ended()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1, "--max-memory", "160M");
        string id = await Client.SubmitAsync("diag.leak", new Dictionary<string, int> { ["mib"] = 256 }, cancellationToken: Cancelled);

        await tool.LineAsync("makes way for a fresh one, since it has");
        await Eventually.TrueAsync(() => tool.Children.Length == 2, Deadline, "another was started", Cancelled);

        Assert.Equal(TaskState.Completed, (await Client.WaitAsync(id, Deadline, Cancelled)).State);
        Assert.Contains("(Runnel:Worker:MaxMemory is 160 MiB)", tool.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_killed_and_replaced()
    {
        await using RunningTool tool = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);
        await UntilAsync(workers => workers.Count == 1 && workers[0].Supervisor.Length > 0, "it shows itself");
        int hung = tool.Children[0];

        RunningTool.Send(hung, RunningTool.Stop);
        await tool.LineAsync("it shows no sign of life");
        string id = await Client.SubmitAsync("diag.sleep", Ms(1), cancellationToken: Cancelled);

        Assert.Equal(TaskState.Completed, (await Client.WaitAsync(id, Deadline, Cancelled)).State);
        Assert.False(Processes.IsRunning(hung));
    }

    private static Dictionary<string, int> Ms(int ms) => new(StringComparer.Ordinal) { ["ms"] = ms };

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--redis-url", Redis.Url, "--stream", Queue]);

    private Task UntilAsync(Func<IReadOnlyList<WorkerInfo>, bool> wanted, string what) =>
        Eventually.TrueAsync(async () => wanted(await Client.Workers.ListAsync(Cancelled)), Deadline, what, Cancelled);
}
