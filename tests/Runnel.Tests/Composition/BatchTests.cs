using System.Collections.Concurrent;
using Runnel.TestKit;

namespace Runnel.Tests.Composition;

public sealed class BatchTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly string queue = redis.NewQueue();
    private readonly ConcurrentQueue<string> followed = [];

    [Fact]
    public async Task Counts_its_members_and_gives_their_results_in_order()
    {
        await using TestHost host = await StartAsync();

        string id = await host.Client.SubmitBatchAsync("square", Numbers(250), Following(), TestContext.Current.CancellationToken);
        BatchInfo batch = await host.Client.WaitForBatchAsync(id, Deadline, TestContext.Current.CancellationToken);
        string success = await host.Client.WaitForResultAsync<string>($"{id}.success", Deadline, TestContext.Current.CancellationToken) ?? "";
        await host.Client.WaitAsync($"{id}.completed", Deadline, TestContext.Current.CancellationToken);
        List<BatchResult<int>> results = await host.Client.ReadBatchResultsAsync<int>(id, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal((250L, 250L, 250L, 0L, 0L), (batch.Total, batch.Submitted, batch.Completed, batch.Failed, batch.Cancelled));
        Assert.Equal(Enumerable.Range(0, 250).Select(i => i * i), results.Select(r => r.Result));
        Assert.Equal("success", success);
        Assert.Equal(["completed", "success"], followed.Order(StringComparer.Ordinal));
        Assert.True(await redis.Database.KeyTimeToLiveAsync(host.Keys.BatchPrefix + id) > TimeSpan.FromHours(23));
        await AssertNothingIsLeftAsync(host);
    }

    [Fact]
    public async Task A_failed_member_runs_the_completed_task_and_cancels_the_success_task()
    {
        await using TestHost host = await StartAsync();

        string id = await host.Client.SubmitBatchAsync("square", Numbers(10, negativeAt: 7), Following(), TestContext.Current.CancellationToken);
        BatchInfo batch = await host.Client.WaitForBatchAsync(id, Deadline, TestContext.Current.CancellationToken);
        await host.Client.WaitForResultAsync<string>($"{id}.completed", Deadline, TestContext.Current.CancellationToken);
        TaskInfo success = await host.Client.WaitAsync($"{id}.success", Deadline, TestContext.Current.CancellationToken);
        List<BatchResult<int>> results = await host.Client.ReadBatchResultsAsync<int>(id, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal((9L, 1L), (batch.Completed, batch.Failed));
        Assert.Equal((TaskState.Cancelled, "parent"), (success.State, success.Reason));
        Assert.Equal(TaskState.Failed, results[7].State);
        Assert.Equal(["completed"], followed);
    }

    [Fact]
    public async Task A_requeued_member_moves_from_failed_to_completed_and_nothing_follows_twice()
    {
        int failures = 1;
        await using TestHost host = await StartAsync(() => Interlocked.Decrement(ref failures) < 0);
        string id = await host.Client.SubmitBatchAsync("square", Numbers(3, negativeAt: 1), Following(), TestContext.Current.CancellationToken);
        await host.Client.WaitAsync($"{id}.completed", Deadline, TestContext.Current.CancellationToken);

        await host.Client.DeadLetters.RequeueAsync($"{id}.1", TestContext.Current.CancellationToken);
        await host.Client.WaitForResultAsync<int>($"{id}.1", Deadline, TestContext.Current.CancellationToken);

        BatchInfo batch = (await host.Client.FindBatchAsync(id, TestContext.Current.CancellationToken))!;
        Assert.Equal((3L, 0L), (batch.Completed, batch.Failed));
        Assert.Equal(["completed"], followed);
    }

    [Fact]
    public async Task Reads_its_payloads_no_faster_than_they_are_worked_off()
    {
        int read = 0;
        async IAsyncEnumerable<int> CountedAsync()
        {
            await Task.Yield();
            for (int i = 0; i < 1000; i++)
            {
                Interlocked.Increment(ref read);
                yield return i;
            }
        }

        await using RunnelClient client = await ConnectAsync();
        Task<string> submitting = client.SubmitBatchAsync("square", CountedAsync(), new BatchOptions { Id = "bounded", MaxInFlight = 50 }, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => (await client.FindBatchAsync("bounded", TestContext.Current.CancellationToken))?.Submitted == 50, Deadline, "50 are in flight", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref read) == 100), Deadline, "the next 50 wait", TestContext.Current.CancellationToken);
        long waiting = (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Queued.Values.Sum();
        await using TestHost host = await StartAsync();

        await submitting;
        BatchInfo batch = await client.WaitForBatchAsync("bounded", Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(50, waiting);
        Assert.Equal(1000, batch.Completed);
    }

    [Fact]
    public async Task A_submission_that_broke_off_is_completed_by_the_same_id()
    {
        async IAsyncEnumerable<int> BrokenAsync()
        {
            await foreach (int number in Numbers(120))
                yield return number;
            throw new InvalidOperationException("source died");
        }

        await using TestHost host = await StartAsync();
        BatchOptions options = Following() with { Id = "again", MaxInFlight = 20 };
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.SubmitBatchAsync("square", BrokenAsync(), options, TestContext.Current.CancellationToken));
        BatchInfo broken = (await host.Client.FindBatchAsync("again", TestContext.Current.CancellationToken))!;

        await host.Client.SubmitBatchAsync("square", Numbers(200), options, TestContext.Current.CancellationToken);
        BatchInfo batch = await host.Client.WaitForBatchAsync("again", Deadline, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync("again.success", Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((null, 120L), (broken.Total, broken.Submitted));
        Assert.Equal((200L, 200L), (batch.Total, batch.Completed));
        Assert.Equal(202, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    [Fact]
    public async Task An_empty_batch_ends_at_once()
    {
        await using TestHost host = await StartAsync();

        string id = await host.Client.SubmitBatchAsync("square", Numbers(0), Following(), TestContext.Current.CancellationToken);

        Assert.Equal("success", await host.Client.WaitForResultAsync<string>($"{id}.success", Deadline, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await host.Client.WaitForBatchAsync(id, Deadline, TestContext.Current.CancellationToken)).Total);
    }

    [Fact]
    public async Task Cancelled_members_count_and_a_task_may_wait_for_a_batch()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitBatchAsync("square", Numbers(3), null, TestContext.Current.CancellationToken);
        string after = await client.SubmitAsync("follow", "after", new SubmitOptions { After = [id], AfterFailure = ParentFailurePolicy.Run }, TestContext.Current.CancellationToken);
        await client.CancelAsync($"{id}.1", TestContext.Current.CancellationToken);
        await using TestHost host = await StartAsync();

        await client.WaitForResultAsync<string>(after, Deadline, TestContext.Current.CancellationToken);

        BatchInfo batch = (await client.FindBatchAsync(id, TestContext.Current.CancellationToken))!;
        Assert.Equal((2L, 0L, 1L), (batch.Completed, batch.Failed, batch.Cancelled));
    }

    [Fact]
    public async Task A_batch_takes_no_id_that_another_task_has()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitAsync("square", 1, new SubmitOptions { Id = "mine.0" }, TestContext.Current.CancellationToken);

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(
            () => client.SubmitBatchAsync("square", Numbers(2), new BatchOptions { Id = "mine" }, TestContext.Current.CancellationToken));

        Assert.Contains("mine.0", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_members_nor_what_follows_can_be_unique()
    {
        await using RunnelClient client = await ConnectAsync();
        SubmitOptions unique = new() { Unique = new UniqueOptions("k") };

        foreach (BatchOptions options in new[] { new BatchOptions { Members = unique }, new BatchOptions { OnSuccess = new TaskDraft("follow", null, unique) } })
        {
            PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(
                () => client.SubmitBatchAsync("square", Numbers(2), options with { Id = "mine" }, TestContext.Current.CancellationToken));
            Assert.Equal(["unique"], wrong.Fields);
        }

        Assert.Null(await client.FindBatchAsync("mine", TestContext.Current.CancellationToken));
    }

    private static async IAsyncEnumerable<int> Numbers(int count, int negativeAt = -1)
    {
        for (int i = 0; i < count; i++)
            yield return i == negativeAt ? -i : i;
        await Task.CompletedTask;
    }

    private static BatchOptions Following() => new()
    {
        Members = new SubmitOptions { MaxRetries = 0 },
        OnCompleted = new TaskDraft("follow", "completed"),
        OnSuccess = new TaskDraft("follow", "success"),
    };

    private Task<TestHost> StartAsync(Func<bool>? healed = null) => TestHost.StartAsync(
        redis,
        b => b.AddTaskHandler<int>("square", (number, _, _) => number < 0 && healed?.Invoke() != true
                ? throw new InvalidOperationException("negative")
                : Task.FromResult<object?>(number * number))
            .AddTaskHandler<string>("follow", (payload, _, _) =>
            {
                followed.Enqueue(payload);
                return Task.FromResult<object?>(payload);
            }),
        queue: queue);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);

    private async Task AssertNothingIsLeftAsync(TestHost host)
    {
        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 0L, 0L), (stats.Queued.Values.Sum(), stats.Running, stats.Delayed));
        Assert.Equal(stats.Submitted, stats.Completed + stats.Failed + stats.Cancelled + stats.Expired);
        Assert.False(await redis.Database.KeyExistsAsync(host.Keys.Parents));
    }
}
