using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.Tests.Interop;

/// <summary>docs/wire-format.md is enough for another language: a real Python program submits by it.</summary>
public sealed class PythonTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_python_program_submits_waits_and_reads_the_result_by_the_wire_format_alone()
    {
        Assert.SkipWhen(Python.Program is null, Python.Missing);
        await using TestHost host = await TestHost.StartAsync(redis, AddSum);

        JsonElement said = await Python.ProduceAsync(redis, host.Keys.Queue, "wire");

        TaskInfo? task = await host.Client.FindAsync(said.GetProperty("id").GetString()!, Cancelled);
        JsonElement result = said.GetProperty("result");
        Assert.Equal("completed", said.GetProperty("state").GetString());
        Assert.Equal("6 größer als π", result.GetProperty("result").GetString());
        Assert.Equal(("sum", 10, 5), (result.GetProperty("type").GetString(), result.GetProperty("priority").GetInt32(), result.GetProperty("retries").GetInt32()));
        Assert.Equal((TaskState.Completed, TaskPriority.High, 5), (task!.State, task.Priority, task.MaxRetries));
    }

    [Fact]
    public async Task A_python_program_finds_the_results_of_tasks_that_complete_together()
    {
        Assert.SkipWhen(Python.Program is null, Python.Missing);
        await using TestHost host = await TestHost.StartAsync(redis, AddSum, o => o.Concurrency = 64);

        JsonElement said = await Python.ProduceAsync(redis, host.Keys.Queue, "many");

        Assert.Equal(Enumerable.Range(0, 300), said.GetProperty("results").EnumerateArray().Select(r => r.GetInt32()));
        Assert.NotEmpty(await redis.Server.Database.Multiplexer.GetServers()[0].KeysAsync(pattern: "{" + host.Keys.Queue + "}:pack:*").ToListAsync(Cancelled));
    }

    [Fact]
    public async Task The_single_field_entry_of_older_producers_runs_and_is_found_by_its_own_id()
    {
        Assert.SkipWhen(Python.Program is null, Python.Missing);
        await using TestHost host = await TestHost.StartAsync(redis, AddSum);

        JsonElement said = await Python.ProduceAsync(redis, host.Keys.Queue, "legacy");

        await Eventually.TrueAsync(
            async () => await host.Client.FindAsync("py-1", Cancelled) is { State: TaskState.Completed }, Deadline, "py-1 is completed", Cancelled);
        TaskInfo? task = await host.Client.FindAsync("py-1", Cancelled);
        Assert.Equal("py-1", said.GetProperty("id").GetString());
        Assert.Equal("9 ", await host.Client.GetResultAsync<string>("py-1", Cancelled));
        Assert.Equal(("sum", TaskPriority.High, 7), (task!.Type, task.Priority, task.MaxRetries));
    }

    [Fact]
    public async Task Until_it_has_ended_an_older_producers_task_is_found_by_its_entry()
    {
        Assert.SkipWhen(Python.Program is null, Python.Missing);
        TaskCompletionSource started = new(), end = new();
        string queue = redis.NewQueue();
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);
        JsonElement said = await Python.ProduceAsync(redis, queue, "legacy");
        string byEntry = "n" + said.GetProperty("entry").GetString();

        TaskInfo? queued = await client.FindAsync(byEntry, Cancelled);
        await using TestHost host = await TestHost.StartAsync(
            redis,
            b => b.AddTaskHandler("sum", async (_, _) =>
            {
                started.SetResult();
                await end.Task;
                return 1;
            }),
            queue: queue);
        await started.Task.WaitAsync(Deadline, Cancelled);
        TaskInfo? running = await client.FindAsync(byEntry, Cancelled);
        end.SetResult();

        Assert.Equal((TaskState.Queued, "sum", TaskPriority.High), (queued!.State, queued.Type, queued.Priority));
        Assert.Equal(TaskState.Running, running!.State);
    }

    private static void AddSum(RunnelBuilder builder) => builder.AddTaskHandler<Numbers>(
        "sum", (payload, _, _) => Task.FromResult<object?>($"{payload.Items.Sum()} {payload.Note}"));

    private sealed record Numbers([property: System.Text.Json.Serialization.JsonPropertyName("numbers")] int[] Items, string? Note);
}
