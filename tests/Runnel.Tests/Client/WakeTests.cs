using Runnel.TestKit;

namespace Runnel.Tests.Client;

public sealed class WakeTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snoozed_task_that_is_woken_runs_at_once()
    {
        int runs = 0;
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("sleeper", (_, _) =>
            Interlocked.Increment(ref runs) == 1 ? throw new TaskSnoozedException(TimeSpan.FromHours(1)) : Task.FromResult<object?>("awake")));
        string id = await host.Client.SubmitAsync("sleeper", 1, cancellationToken: Token);
        await Eventually.TrueAsync(async () => (await host.Client.FindAsync(id, Token))?.State == TaskState.Scheduled, Deadline, "it sleeps", Token);

        bool woken = await host.Client.WakeAsync(id, Token);

        Assert.True(woken);
        Assert.Equal("awake", await host.Client.WaitForResultAsync<string>(id, Deadline, Token));
    }

    [Fact]
    public async Task A_wake_while_the_task_runs_ends_the_snooze_that_follows()
    {
        int runs = 0;
        RunnelClient? client = null;
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("sleeper", async (context, token) =>
        {
            if (Interlocked.Increment(ref runs) > 1)
                return "awake";
            await context.ReportProgressAsync(0.5, "about to sleep", token);
            Assert.True(await client!.WakeAsync(context.Id, token));
            throw new TaskSnoozedException(TimeSpan.FromHours(1));
        }));
        client = host.Client;

        string id = await host.Client.SubmitAsync("sleeper", 1, cancellationToken: Token);

        Assert.Equal("awake", await host.Client.WaitForResultAsync<string>(id, Deadline, Token));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_wake_counts_for_one_snooze_only()
    {
        int runs = 0;
        RunnelClient? client = null;
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("sleeper", async (context, token) =>
        {
            await context.ReportProgressAsync(0.5, null, token);
            if (Interlocked.Increment(ref runs) == 1)
                await client!.WakeAsync(context.Id, token);
            throw new TaskSnoozedException(TimeSpan.FromHours(1));
        }));
        client = host.Client;

        string id = await host.Client.SubmitAsync("sleeper", 1, cancellationToken: Token);
        await Eventually.TrueAsync(
            async () => runs == 2 && (await host.Client.FindAsync(id, Token))?.State == TaskState.Scheduled, Deadline, "it sleeps again", Token);

        TaskInfo asleep = (await host.Client.FindAsync(id, Token))!;
        Assert.InRange(asleep.DueAt!.Value - asleep.SubmittedAt, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(62));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_delayed_task_is_due_at_once_and_one_that_waits_for_others_is_not()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("echo", (_, _) => Task.FromResult<object?>("done")));
        string delayed = await host.Client.SubmitAsync("echo", 1, new SubmitOptions { Delay = TimeSpan.FromHours(1) }, Token);
        string parent = await host.Client.SubmitAsync("echo", 1, new SubmitOptions { Delay = TimeSpan.FromHours(1) }, Token);
        string child = await host.Client.SubmitAsync("echo", 1, new SubmitOptions { After = [parent] }, Token);

        Assert.False(await host.Client.WakeAsync(child, Token));
        Assert.True(await host.Client.WakeAsync(delayed, Token));
        Assert.Equal("done", await host.Client.WaitForResultAsync<string>(delayed, Deadline, Token));
        Assert.False(await host.Client.WakeAsync(delayed, Token));
        Assert.False(await host.Client.WakeAsync("nobody", Token));
        Assert.Equal(1, (await host.Client.FindAsync(child, Token))!.WaitsFor);
    }
}
