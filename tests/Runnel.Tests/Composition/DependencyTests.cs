using System.Collections.Concurrent;
using Runnel.TestKit;

namespace Runnel.Tests.Composition;

public sealed class DependencyTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly string queue = redis.NewQueue();
    private readonly ConcurrentQueue<string> ran = [];

    [Fact]
    public async Task The_steps_of_a_chain_run_one_after_the_other()
    {
        await using TestHost host = await StartAsync();

        IReadOnlyList<string> ids = await host.Client.SubmitChainAsync(
            [new("run", "a"), new("run", "b", new SubmitOptions { Priority = TaskPriority.Critical }), new("run", "c")], TestContext.Current.CancellationToken);
        await host.Client.WaitForResultAsync<string>(ids[2], Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "c"], ran);
        await AssertNothingIsLeftAsync(host, expectedDead: 0);
    }

    [Fact]
    public async Task A_wrong_step_of_a_chain_is_found_before_any_is_sent()
    {
        await using RunnelClient client = await ConnectAsync();
        TaskDraft[] wrong = [new("run", "b", new SubmitOptions { Unique = new UniqueOptions("k") }), new("two words", "b"), new("run", "b", new SubmitOptions { MaxRetries = -1 })];

        foreach (TaskDraft step in wrong)
            await Assert.ThrowsAsync<PayloadException>(() => client.SubmitChainAsync([new("run", "a"), step], TestContext.Current.CancellationToken));

        Assert.Equal(0, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task A_task_waits_until_the_last_of_its_parents_is_completed()
    {
        await using RunnelClient client = await ConnectAsync();
        string[] parents = [await SubmitAsync(client, "p1"), await SubmitAsync(client, "p2"), await SubmitAsync(client, "p3", new SubmitOptions { Id = "mine" })];
        string child = await SubmitAsync(client, "child", new SubmitOptions { After = parents });
        TaskInfo waiting = (await client.FindAsync(child, TestContext.Current.CancellationToken))!;
        await using TestHost host = await StartAsync();

        await client.WaitForResultAsync<string>(child, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((TaskState.Scheduled, 3, null), (waiting.State, waiting.WaitsFor, waiting.DueAt));
        Assert.Equal("child", ran.Last());
        Assert.Equal(4, ran.Count);
        await AssertNothingIsLeftAsync(host, expectedDead: 0);
    }

    [Fact]
    public async Task A_parent_that_was_completed_before_holds_up_nobody()
    {
        await using TestHost host = await StartAsync();
        string parent = await SubmitAsync(host.Client, "parent");
        await host.Client.WaitAsync(parent, Deadline, TestContext.Current.CancellationToken);

        string child = await SubmitAsync(host.Client, "child", new SubmitOptions { After = [parent] });

        Assert.Equal("child", await host.Client.WaitForResultAsync<string>(child, Deadline, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_parent_cancels_those_that_wait_and_those_that_wait_for_them(bool failedBefore)
    {
        await using TestHost host = await StartAsync();
        string parent = await SubmitAsync(host.Client, "fail", new SubmitOptions { MaxRetries = 0, Delay = failedBefore ? null : TimeSpan.FromMilliseconds(300) });
        if (failedBefore)
            await host.Client.WaitAsync(parent, Deadline, TestContext.Current.CancellationToken);

        string child = await SubmitAsync(host.Client, "child", new SubmitOptions { After = [parent] });
        string grandchild = await SubmitAsync(host.Client, "grandchild", new SubmitOptions { After = [child] });
        string hardy = await SubmitAsync(host.Client, "hardy", new SubmitOptions { After = [parent, grandchild], AfterFailure = ParentFailurePolicy.Run });
        await host.Client.WaitForResultAsync<string>(hardy, Deadline, TestContext.Current.CancellationToken);

        foreach (string id in new[] { child, grandchild })
        {
            TaskInfo task = (await host.Client.FindAsync(id, TestContext.Current.CancellationToken))!;
            Assert.Equal((TaskState.Cancelled, "parent"), (task.State, task.Reason));
        }

        Assert.Equal(["fail", "hardy"], ran);
        await AssertNothingIsLeftAsync(host, expectedDead: 1);
    }

    [Fact]
    public async Task Cancelling_a_waiting_task_cancels_those_that_wait_for_it()
    {
        await using TestHost host = await StartAsync();
        string parent = await SubmitAsync(host.Client, "parent", new SubmitOptions { Delay = TimeSpan.FromHours(1) });
        string child = await SubmitAsync(host.Client, "child", new SubmitOptions { After = [parent] });
        string grandchild = await SubmitAsync(host.Client, "grandchild", new SubmitOptions { After = [child] });

        CancelResult result = await host.Client.CancelAsync(child, TestContext.Current.CancellationToken);
        TaskInfo last = await host.Client.WaitAsync(grandchild, Deadline, TestContext.Current.CancellationToken);
        await host.Client.CancelAsync(parent, TestContext.Current.CancellationToken);

        Assert.Equal((CancelResult.Cancelled, TaskState.Cancelled), (result, last.State));
        Assert.Empty(ran);
        await AssertNothingIsLeftAsync(host, expectedDead: 0);
    }

    [Fact]
    public async Task An_unknown_parent_is_refused_and_nothing_accepted()
    {
        await using RunnelClient client = await ConnectAsync();

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(() => SubmitAsync(client, "child", new SubmitOptions { After = ["n1-1"], Id = "c" }));

        Assert.Equal(["after"], wrong.Fields);
        Assert.Contains("n1-1", wrong.Message, StringComparison.Ordinal);
        Assert.Null(await client.FindAsync("c", TestContext.Current.CancellationToken));
        Assert.Equal(0, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task A_task_that_waits_for_others_cannot_be_unique()
    {
        await using RunnelClient client = await ConnectAsync();

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(
            () => SubmitAsync(client, "child", new SubmitOptions { After = ["n1-1"], Unique = new UniqueOptions("k") }));

        Assert.Equal(["unique"], wrong.Fields);
    }

    [Fact]
    public async Task A_task_with_a_group_waits_for_its_parent_and_then_for_its_turn()
    {
        await using TestHost host = await StartAsync();
        string parent = await SubmitAsync(host.Client, "step", new SubmitOptions { Delay = TimeSpan.FromSeconds(1) });

        string child = await SubmitAsync(host.Client, "step", new SubmitOptions { After = [parent], Group = "g" });
        TaskInfo ended = await host.Client.WaitAsync(child, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(TaskState.Completed, ended.State);
        Assert.Equal(0, await redis.Database.HashLengthAsync(host.Keys.FlowSlots));
        await AssertNothingIsLeftAsync(host, expectedDead: 0);
    }

    [Fact]
    public async Task The_delay_of_a_task_counts_from_its_last_parent()
    {
        await using TestHost host = await StartAsync();
        string parent = await SubmitAsync(host.Client, "parent", new SubmitOptions { Delay = TimeSpan.FromMilliseconds(200) });
        string child = await SubmitAsync(host.Client, "child", new SubmitOptions { After = [parent], Delay = TimeSpan.FromMilliseconds(500) });

        TaskInfo ended = await host.Client.WaitAsync(child, Deadline, TestContext.Current.CancellationToken);
        TaskInfo first = (await host.Client.FindAsync(parent, TestContext.Current.CancellationToken))!;

        Assert.InRange((ended.StartedAt - first.FinishedAt)!.Value.TotalMilliseconds, 480, 5000);
    }

    [Fact]
    public async Task A_thousand_and_first_child_is_refused()
    {
        await using RunnelClient client = await ConnectAsync();
        string parent = await SubmitAsync(client, "parent");
        await client.SubmitManyAsync("run", Enumerable.Repeat("child", 1000), new SubmitOptions { After = [parent] }, TestContext.Current.CancellationToken);

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(() => SubmitAsync(client, "child", new SubmitOptions { After = [parent] }));
        await using TestHost host = await StartAsync();
        await Eventually.TrueAsync(() => Task.FromResult(ran.Count == 1001), Deadline, "all children ran", TestContext.Current.CancellationToken);

        Assert.Contains("1000", wrong.Message, StringComparison.Ordinal);
    }

    private static Task<string> SubmitAsync(RunnelClient client, string payload, SubmitOptions? options = null) =>
        client.SubmitAsync("run", payload, options, TestContext.Current.CancellationToken);

    private Task<TestHost> StartAsync() => TestHost.StartAsync(redis, b => b.AddTaskHandler<string>("run", (payload, _, _) =>
    {
        ran.Enqueue(payload);
        return payload == "fail" ? throw new InvalidOperationException("fails") : Task.FromResult<object?>(payload);
    }), queue: queue);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);

    private async Task AssertNothingIsLeftAsync(TestHost host, long expectedDead)
    {
        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 0L, 0L, expectedDead), (stats.Queued.Values.Sum(), stats.Running, stats.Delayed, stats.Dead));
        Assert.Equal(stats.Submitted, stats.Completed + stats.Failed + stats.Cancelled + stats.Expired);
        Assert.False(await redis.Database.KeyExistsAsync(host.Keys.Parents));
    }
}
