using System.Runtime.InteropServices;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary>One <c>runnel worker</c> with processes for several queues.</summary>
public sealed class SeveralQueuesTests(RedisFixture redis) : ProcessTests(redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_queue_has_its_share_of_the_processes_and_its_tasks_run()
    {
        string other = Queue + "=other"; // the weight stands behind the last sign
        await using RunnelClient second = await ConnectAsync(other);
        await using RunningTool tool = RunningTool.Start(
            ["worker", "--redis-url", Redis.Url, "--queues", $"{Queue}=5, {other}=1", "--workers", "3", "--diagnostics"], new Dictionary<string, string>());
        await Eventually.TrueAsync(
            async () => (await Client.Workers.ListAsync(Cancelled)).Count == 2 && (await second.Workers.ListAsync(Cancelled)).Count == 1, Deadline, "two and one show themselves", Cancelled);

        string here = await Client.SubmitAsync("diag.echo", "here", cancellationToken: Cancelled);
        string there = await second.SubmitAsync("diag.echo", "there", cancellationToken: Cancelled);
        Assert.Equal("here", await Client.WaitForResultAsync<string>(here, Deadline, Cancelled));
        Assert.Equal("there", await second.WaitForResultAsync<string>(there, Deadline, Cancelled));
        await tool.LineAsync($"[{other} 1]");

        SupervisorInfo supervisor = Assert.Single(await second.Workers.ListSupervisorsAsync(Cancelled));
        Assert.True(await second.Workers.ResizeAsync(supervisor.Id, 2, Cancelled));
        await Eventually.TrueAsync(async () => (await second.Workers.ListAsync(Cancelled)).Count == 2, Deadline, "the other queue has a second one", Cancelled);
        tool.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await tool.ExitAsync());
        Assert.Equal((0, 0), ((await Client.Workers.ListAsync(Cancelled)).Count, (await second.Workers.ListAsync(Cancelled)).Count));
    }

    [Theory]
    [InlineData("--workers is 1 for 2 queues (a, b)", "--queues", "a=5,b=1", "--workers", "1")]
    [InlineData("--queues has 'b=0'", "--queues", "a,b=0")]
    [InlineData("--queues has ''", "--queues", "a,")]
    [InlineData("names the queue 'a' twice", "--queues", "a,a=2")]
    [InlineData("give one of them", "--queues", "a", "--stream", "b")]
    public async Task What_cannot_be_shared_out_is_an_error_that_says_what_to_give(string expected, params string[] arguments)
    {
        CliResult run = await Cli.RunAsync(["worker", "--redis-url", Redis.Url, .. arguments]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
    }

    private Task<RunnelClient> ConnectAsync(string queue) => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = Redis.Url, Queue = queue }, Cancelled);
}
