using Runnel.TestKit;

namespace Runnel.Tests.Worker;

public sealed class StuckHandlerTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_handler_that_ignores_its_token_is_abandoned_and_its_slot_is_used_again()
    {
        using ManualResetEventSlim never = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b
            .AddTaskHandler("stuck", (_, _) =>
            {
                never.Wait(CancellationToken.None);
                return Task.FromResult<object?>("too late");
            })
            .AddTaskHandler("fine", (_, _) => Task.FromResult<object?>("fine")), o => (o.Concurrency, o.TimeoutGrace) = (1, TimeSpan.FromMilliseconds(100)));

        string stuck = await host.Client.SubmitAsync("stuck", 1, new SubmitOptions { MaxRetries = 0, Timeout = TimeSpan.FromSeconds(1) }, TestContext.Current.CancellationToken);
        TaskInfo task = await host.Client.WaitAsync(stuck, Deadline, TestContext.Current.CancellationToken);
        string fine = await host.Client.SubmitAsync("fine", 1, cancellationToken: TestContext.Current.CancellationToken);
        string? result = await host.Client.WaitForResultAsync<string>(fine, Deadline, TestContext.Current.CancellationToken);
        never.Set();

        Assert.Equal((TaskState.TimedOut, "timeout", "fine"), (task.State, task.Reason, result));
        Assert.Contains("abandoned", Assert.Single(task.Errors).Stack, StringComparison.Ordinal);
        Assert.Null(await host.Client.GetResultJsonAsync(stuck, TestContext.Current.CancellationToken));
    }
}
