using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class OperatorTests(RedisFixture redis)
{
    private readonly string queue = redis.NewQueue();

    [Fact]
    public async Task Dead_letters_are_filtered_shown_requeued_and_purged()
    {
        await using RunningTool workers = await RunningTool.StartWorkersAsync(redis.Url, queue, workers: 1);
        foreach (string message in new[] { "apple", "pear", "plum" })
            await RunAsync("submit", "diag.fail", "--payload", $$"""{"message":"{{message}}"}""", "--max-retries", "0", "--id", message, "--wait");
        await RunAsync("submit", "diag.bogus", "--id", "bogus", "--wait");

        using JsonDocument pears = JsonDocument.Parse((await RunAsync("dlq", "list", "--text", "PEAR", "--json")).Output);
        using JsonDocument bogus = JsonDocument.Parse((await RunAsync("dlq", "list", "--reason", "no_handler", "--type", "diag.bogus", "--json")).Output);
        CliResult old = await RunAsync("dlq", "list", "--older-than", "1h");
        CliResult shown = await RunAsync("dlq", "show", "plum");
        CliResult requeued = await RunAsync("dlq", "requeue", "plum", "nobody");
        await WaitAsync("plum");
        CliResult all = await RunAsync("dlq", "requeue", "--all", "--text", "apple");
        await WaitAsync("apple");
        CliResult purged = await RunAsync("dlq", "purge", "bogus");
        CliResult rest = await RunAsync("dlq", "purge", "--all", "--yes");

        Assert.Equal("pear", Assert.Single(pears.RootElement.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("bogus", Assert.Single(bogus.RootElement.EnumerateArray()).GetProperty("id").GetString());
        Assert.Contains("No dead letters.", old.Output, StringComparison.Ordinal);
        Assert.Contains("""{"message":"plum"}""", shown.Output, StringComparison.Ordinal);
        Assert.Equal((1, "Requeued 1 dead letter."), (requeued.ExitCode, requeued.Output.Trim()));
        Assert.Contains("nobody is no dead letter", requeued.Errors, StringComparison.Ordinal);
        Assert.Equal((0, "Requeued 1 dead letter."), (all.ExitCode, all.Output.Trim()));
        Assert.Equal((0, "Purged 1 dead letter."), (purged.ExitCode, purged.Output.Trim()));
        Assert.Equal((0, "Purged 3 dead letters."), (rest.ExitCode, rest.Output.Trim()));
    }

    [Fact]
    public async Task A_waiting_task_is_cancelled_and_one_that_has_ended_is_not()
    {
        string id = (await RunAsync("submit", "diag.noop", "--delay", "1h")).Output.Trim();
        string named = (await RunAsync("submit", "diag.noop", "--at", "2099-01-01", "--id", "mine", "--backoff", "sequence:1,2")).Output.Trim();

        CliResult cancelled = await RunAsync("cancel", id);
        CliResult twice = await RunAsync("cancel", id);
        using JsonDocument status = JsonDocument.Parse((await RunAsync("status", named, "--json")).Output);

        Assert.Equal((0, $"Cancelled task {id}."), (cancelled.ExitCode, cancelled.Output.Trim()));
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("it is cancelled", twice.Errors, StringComparison.Ordinal);
        Assert.Equal(("mine", "scheduled", "2099-01-01T00:00:00.000Z"), (named, status.RootElement.GetProperty("state").GetString(), status.RootElement.GetProperty("due_at").GetString()));
    }

    [Fact]
    public async Task A_running_tasks_handler_is_told_to_stop()
    {
        await using RunningTool workers = await RunningTool.StartWorkersAsync(redis.Url, queue, workers: 1);
        string id = (await RunAsync("submit", "diag.sleep", "--payload", """{"ms":60000}""")).Output.Trim();
        await using RunnelClient client = await ConnectAsync();
        await Eventually.TrueAsync(
            async () => (await client.FindAsync(id, TestContext.Current.CancellationToken))!.State == TaskState.Running,
            TimeSpan.FromSeconds(30), "it runs", TestContext.Current.CancellationToken);

        CliResult cancelled = await RunAsync("cancel", id);

        Assert.Contains("Told the handler", cancelled.Output, StringComparison.Ordinal);
        Assert.Equal(TaskState.Cancelled, (await WaitAsync(id)).State);
    }

    [Fact]
    public async Task Rules_of_flow_control_are_set_shown_and_taken_away()
    {
        CliResult type = await RunAsync("flow", "type", "diag.noop", "--limit", "4", "--rate", "10/1s", "--burst", "2");
        CliResult group = await RunAsync("flow", "group", "heavy", "--weight", "2.5");
        CliResult groupLimit = await RunAsync("flow", "group", "heavy", "--limit", "3");
        CliResult rate = await RunAsync("flow", "rate", "bybit", "50/1s");
        CliResult paused = await RunAsync("flow", "pause", "diag.sleep");
        using JsonDocument shown = JsonDocument.Parse((await RunAsync("flow", "show", "--json")).Output);
        CliResult text = await RunAsync("flow", "show");
        CliResult stats = await RunAsync("stats");
        CliResult nothing = await RunAsync("flow", "group", "heavy");
        CliResult wrong = await RunAsync("flow", "rate", "bybit", "fast");
        foreach (string[] undo in new string[][]
            { ["type", "diag.noop", "--limit", "none", "--rate", "none"], ["group", "heavy", "--reset"], ["rate", "bybit", "none"], ["resume", "diag.sleep"] })
            Assert.Equal(0, (await RunAsync(["flow", .. undo])).ExitCode);
        CliResult empty = await RunAsync("flow", "show");

        Assert.Equal("Type diag.noop: limit 4, one in 0.1 s, burst 2.", type.Output.Trim());
        Assert.Equal("Group heavy: weight 2.5, no limit.", group.Output.Trim());
        Assert.Equal("Group heavy: weight 2.5, limit 3.", groupLimit.Output.Trim());
        Assert.Equal((0, 0), (rate.ExitCode, paused.ExitCode));
        Assert.Equal(["diag.noop", "diag.sleep"], shown.RootElement.GetProperty("types").EnumerateArray().Select(t => t.GetProperty("type").GetString()));
        Assert.Equal(0.02, shown.RootElement.GetProperty("rates").GetProperty("bybit").GetProperty("interval_seconds").GetDouble());
        Assert.Contains("diag.sleep  yes", text.Output, StringComparison.Ordinal);
        Assert.Matches("paused types +diag.sleep", stats.Output);
        Assert.Contains("give --weight, --limit or --reset", nothing.Errors, StringComparison.Ordinal);
        Assert.Contains("'fast'; give tasks and a span", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal("No rules, and no group has tasks.", empty.Output.Trim());
    }

    [Fact]
    public async Task A_paused_queue_takes_tasks_again_once_it_is_resumed()
    {
        CliResult paused = await RunAsync("pause");
        await using RunningTool workers = await RunningTool.StartWorkersAsync(redis.Url, queue, workers: 1);
        string expired = (await RunAsync("submit", "diag.noop", "--expires", "0.001")).Output.Trim();
        string id = (await RunAsync("submit", "diag.noop", "--deadline", "1h")).Output.Trim();
        await using RunnelClient client = await ConnectAsync();
        TaskInfo waiting = (await client.FindAsync(id, TestContext.Current.CancellationToken))!;

        CliResult resumed = await RunAsync("resume");

        Assert.Equal((0, TaskState.Queued, 0), (paused.ExitCode, waiting.State, resumed.ExitCode));
        Assert.Equal(TaskState.Completed, (await WaitAsync(id)).State);
        Assert.Equal(TaskState.Expired, (await WaitAsync(expired)).State);
    }

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--redis-url", redis.Url, "--stream", queue]);

    private async Task<TaskInfo> WaitAsync(string id)
    {
        await using RunnelClient client = await ConnectAsync();
        return await client.WaitAsync(id, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private Task<RunnelClient> ConnectAsync() =>
        RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
}
