using System.Diagnostics;
using System.Runtime.InteropServices;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary><c>runnel worker --types</c>: processes that take some types of a queue only.</summary>
public sealed class WorkerTypesTests(RedisFixture redis) : ProcessTests(redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_and_drained_workers_of_two_kinds_lose_nothing_and_each_runs_its_own_types()
    {
        await using RunningTool echo = Start("--types", "diag.echo,diag.noop");
        await using RunningTool sleep = RunningTool.Start(Arguments(), new Dictionary<string, string> { ["RUNNEL_TYPES"] = "diag.sleep" });
        await Eventually.TrueAsync(async () => (await Client.Workers.ListAsync(Cancelled)).Count == 2, Deadline, "both show themselves", Cancelled);
        IReadOnlyList<string> sleeps = await Client.SubmitManyAsync("diag.sleep", Enumerable.Repeat(new { ms = 20 }, 100), cancellationToken: Cancelled);
        IReadOnlyList<string> echoes = await Client.SubmitManyAsync("diag.echo", Enumerable.Range(0, 100), cancellationToken: Cancelled);

        await Client.WaitAsync(sleeps[10], Deadline, Cancelled);
        Process.GetProcessById(sleep.Children[0]).Kill();
        echo.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await echo.ExitAsync());
        await using RunningTool other = Start("--types", "diag.echo");
        string?[] ranSleeps = await WorkersOfAsync(sleeps), ranEchoes = await WorkersOfAsync(echoes);

        Assert.Empty(ranSleeps.Intersect(ranEchoes, StringComparer.Ordinal));
        QueueStats stats = await Client.GetStatsAsync(Cancelled);
        Assert.Equal((200L, 0L, 0L, 0L), (stats.Completed, stats.Dead, stats.InSidings, stats.Running));
    }

    [Fact]
    public async Task What_no_worker_takes_is_named_by_stats_and_runs_when_one_comes()
    {
        await using RunningTool echo = Start("--types", "diag.echo");
        string id = await Client.SubmitAsync("diag.noop", 1, cancellationToken: Cancelled);
        await Eventually.TrueAsync(async () => (await Client.GetStatsAsync(Cancelled)).InSidings == 1, Deadline, "it waits in a siding", Cancelled);

        CliResult stats = await Cli.RunAsync(["stats", "--redis-url", Redis.Url, "--stream", Queue]);
        await using RunningTool all = Start();

        Assert.Contains("1: diag.noop 1 (no worker takes it)", stats.Output, StringComparison.Ordinal);
        Assert.Equal(TaskState.Completed, (await Client.WaitAsync(id, Deadline, Cancelled)).State);
    }

    [Fact]
    public async Task An_autoscaler_starts_workers_for_its_types_from_zero_and_none_for_those_of_others()
    {
        await using RunningTool scaler = RunningTool.Start(
            ["autoscale", "--redis-url", Redis.Url, "--stream", Queue, "--min-workers", "0", "--interval", "1", "--types", "diag.echo", "--diagnostics"], new Dictionary<string, string>());
        await scaler.LineAsync("Autoscaler");
        string foreign = await Client.SubmitAsync("diag.noop", 1, cancellationToken: Cancelled);
        string own = await Client.SubmitAsync("diag.echo", "x", cancellationToken: Cancelled);

        Assert.Equal(TaskState.Completed, (await Client.WaitAsync(own, Deadline, Cancelled)).State);
        Assert.Equal(["diag.echo"], (await Client.Workers.ListAsync(Cancelled))[0].Types);
        Assert.Equal(TaskState.Queued, (await Client.FindAsync(foreign, Cancelled))!.State);
        Assert.Equal(0, (await Client.GetLoadAsync(["diag.echo"], Cancelled)).Waiting);
    }

    [Theory]
    [InlineData("--types (or RUNNEL_TYPES, Runnel:Types) is 'a,'", 1, "a,")]
    [InlineData("nope, for which this worker has no handler", 3, "nope")]
    public async Task A_list_that_cannot_be_kept_is_an_error_that_says_what_to_give(string expected, int exitCode, string types)
    {
        CliResult run = await Cli.RunAsync(["worker", "--redis-url", Redis.Url, "--stream", Queue, "--workers", "1", "--types", types]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
    }

    private string[] Arguments(params string[] more) => ["worker", "--redis-url", Redis.Url, "--stream", Queue, "--workers", "1", "--concurrency", "2", "--diagnostics", .. more];

    private RunningTool Start(params string[] more) => RunningTool.Start(Arguments(more), new Dictionary<string, string>());

    private async Task<string?[]> WorkersOfAsync(IReadOnlyList<string> ids)
    {
        List<string?> workers = [];
        foreach (string id in ids)
            workers.Add((await Client.WaitAsync(id, Deadline, Cancelled)).Worker);
        return [.. workers.Distinct(StringComparer.Ordinal)];
    }
}
