using System.Diagnostics;
using System.Runtime.InteropServices;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class WorkerTests(RedisFixture redis) : ProcessTests(redis)
{
    [Fact]
    public async Task Another_worker_takes_over_within_ten_seconds_what_a_killed_one_ran()
    {
        await using RunningTool workers = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 2, "--concurrency", "1");
        string id = await SubmitSleepAsync(3000);
        TaskInfo first = await RunningAsync(id, attempt: 1);

        Process.GetProcessById(int.Parse(first.Worker!.Split('-')[^2])).Kill();
        long killedAt = TimeProvider.System.GetTimestamp();
        TaskInfo second = await RunningAsync(id, attempt: 2);
        TimeSpan recovery = TimeProvider.System.GetElapsedTime(killedAt);
        TaskInfo ended = await Client.WaitAsync(id, TimeSpan.FromSeconds(30), Cancelled);

        Assert.NotEqual(first.Worker, second.Worker);
        Assert.True(recovery < TimeSpan.FromSeconds(10), $"It took {recovery}.");
        Assert.Equal(TaskState.Completed, ended.State);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_signal_lets_running_tasks_end_and_leaves_nothing_pending(PosixSignal signal)
    {
        await using RunningTool workers = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 2, "--concurrency", "1");
        string[] ids = [await SubmitSleepAsync(5000), await SubmitSleepAsync(5000), await SubmitSleepAsync(5000)];
        await Task.WhenAll(AtWorkAsync(ids[0]), AtWorkAsync(ids[1]));

        workers.Signal(signal);
        if (signal == PosixSignal.SIGINT) // Ctrl-C reaches every process of a terminal
            Array.ForEach(workers.Children, child => RunningTool.Signal(child, signal));
        int code = await workers.ExitAsync();
        TaskInfo?[] tasks = [await Client.FindAsync(ids[0], Cancelled), await Client.FindAsync(ids[1], Cancelled), await Client.FindAsync(ids[2], Cancelled)];
        QueueStats stats = await Client.GetStatsAsync(Cancelled);

        Assert.Equal(0, code);
        Assert.Equal([TaskState.Completed, TaskState.Completed, TaskState.Queued], tasks.Select(task => task!.State));
        Assert.All(tasks, task => Assert.Equal(1, task!.Attempt));
        Assert.Equal(0, stats.Running);
        Assert.Equal(2, workers.Children.Length);
        Assert.DoesNotContain("   at ", workers.Said, StringComparison.Ordinal);
        Assert.All(workers.Children, child => Assert.False(Processes.IsRunning(child)));
    }

    [Fact]
    public async Task A_second_signal_stops_at_once_and_says_so_in_its_exit_code()
    {
        await using RunningTool workers = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);
        string id = await SubmitSleepAsync(60_000);
        await RunningAsync(id, attempt: 1);

        workers.Signal(PosixSignal.SIGTERM);
        await workers.LineAsync("drains");
        workers.Signal(PosixSignal.SIGTERM);

        Assert.Equal(4, await workers.ExitAsync());
        Assert.All(workers.Children, child => Assert.False(Processes.IsRunning(child)));
    }

    [Fact]
    public async Task Workers_end_with_a_supervisor_that_was_killed()
    {
        await using RunningTool workers = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 2);

        Assert.Equal(2, workers.Children.Length);

        workers.Kill();
        await workers.ExitAsync();

        await Eventually.TrueAsync(
            () => !workers.Children.Any(Processes.IsRunning), TimeSpan.FromSeconds(20), "the workers have ended", Cancelled);
        Assert.Empty((await Client.GetStatsAsync(Cancelled)).Workers);
    }

    [Fact]
    public async Task A_killed_worker_is_replaced()
    {
        await using RunningTool workers = await RunningTool.StartWorkersAsync(Redis.Url, Queue, workers: 1);

        Process.GetProcessById(workers.Children[0]).Kill();
        await workers.LineAsync("takes tasks from");
        string id = await SubmitSleepAsync(1);

        Assert.Equal(TaskState.Completed, (await Client.WaitAsync(id, TimeSpan.FromSeconds(30), Cancelled)).State);
        Assert.Contains("was killed (SIGKILL", workers.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnostic_types_are_not_there_unless_asked_for()
    {
        await using RunningTool workers = RunningTool.Start(["worker", "--redis-url", Redis.Url, "--stream", Queue, "--workers", "1"]);

        string id = await SubmitSleepAsync(1);
        TaskInfo task = await Client.WaitAsync(id, TimeSpan.FromSeconds(60), Cancelled);

        Assert.Equal("no_handler", task.Reason);
    }

    private Task<string> SubmitSleepAsync(int ms) =>
        Client.SubmitAsync("diag.sleep", new Dictionary<string, int> { ["ms"] = ms }, cancellationToken: Cancelled);

    private Task AtWorkAsync(string id) => Eventually.TrueAsync(
        async () => (await Client.FindAsync(id, Cancelled))?.Progress is not null, TimeSpan.FromSeconds(30), $"the handler of {id} is at work", Cancelled);

    private async Task<TaskInfo> RunningAsync(string id, int attempt)
    {
        TaskInfo? task = null;
        await Eventually.TrueAsync(
            async () => (task = await Client.FindAsync(id, Cancelled)) is { State: TaskState.Running } running && running.Attempt >= attempt,
            TimeSpan.FromSeconds(30),
            $"attempt {attempt} of {id} runs",
            Cancelled);
        return task!;
    }
}
