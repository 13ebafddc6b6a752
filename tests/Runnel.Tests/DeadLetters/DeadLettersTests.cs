using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.DeadLetters;

public sealed class DeadLettersTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly SubmitOptions NoRetry = new() { MaxRetries = 0 };

    [Fact]
    public async Task Filters_by_type_reason_age_and_text()
    {
        await using TestHost host = await StartAsync();
        string red = await DieAsync(host, "broken", "red apple");
        string green = await DieAsync(host, "broken", "green apple");
        string nobody = await DieAsync(host, "nobody", "red");

        Assert.Equal([nobody, green, red], await IdsAsync(host, null));
        Assert.Equal([green, red], await IdsAsync(host, new DeadLetterFilter { Type = "broken" }));
        Assert.Equal([nobody], await IdsAsync(host, new DeadLetterFilter { Reason = "no_handler" }));
        Assert.Equal([nobody, red], await IdsAsync(host, new DeadLetterFilter { Text = "RED" }));
        Assert.Equal([red], await IdsAsync(host, new DeadLetterFilter { Text = "red", Type = "broken" }));
        Assert.Empty(await IdsAsync(host, new DeadLetterFilter { OlderThan = TimeSpan.FromHours(1) }));
        Assert.Equal([nobody, green, red], await IdsAsync(host, new DeadLetterFilter { OlderThan = TimeSpan.Zero }));
    }

    [Fact]
    public async Task Lists_more_than_a_page()
    {
        await using TestHost host = await StartAsync();
        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("broken", Enumerable.Range(0, 250), NoRetry, TestContext.Current.CancellationToken);
        foreach (string id in ids)
            await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(250, (await IdsAsync(host, null)).Distinct().Count());
        Assert.Equal(250, await host.Client.DeadLetters.PurgeAllAsync(new DeadLetterFilter { Type = "broken" }, TestContext.Current.CancellationToken));
        Assert.Empty(await IdsAsync(host, null));
        Assert.Null(await host.Client.FindAsync(ids[0], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_requeued_letter_starts_anew_and_keeps_its_history()
    {
        bool mended = false;
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("broken", (context, _) =>
            mended ? Task.FromResult<object?>(context.Attempt) : throw new InvalidOperationException("still broken")));
        string id = await DieAsync(host, "broken", "x");

        Assert.True(await host.Client.DeadLetters.RequeueAsync(id, TestContext.Current.CancellationToken));
        await Eventually.TrueAsync(
            async () => (await host.Client.DeadLetters.FindAsync(id))?.Task.Errors.Count == 2, Deadline, "it died again", TestContext.Current.CancellationToken);
        mended = true;
        Assert.Equal(1, await host.Client.DeadLetters.RequeueAllAsync(cancellationToken: TestContext.Current.CancellationToken));
        int attempt = await host.Client.WaitForResultAsync<int>(id, Deadline, TestContext.Current.CancellationToken);

        TaskInfo? task = await host.Client.FindAsync(id, TestContext.Current.CancellationToken);
        QueueStats stats = await host.Client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, TaskState.Completed, 2), (attempt, task!.State, task.Errors.Count));
        Assert.Equal((1L, 2L, 2L, 1L, 0L), (stats.Submitted, stats.Failed, stats.Requeued, stats.Completed, stats.Dead));
        Assert.False(await host.Client.DeadLetters.RequeueAsync(id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_never_was_a_task_cannot_be_requeued_but_purged()
    {
        await using TestHost host = await StartAsync();
        string id = "n" + await redis.Database.StreamAddAsync(host.Keys.Queue, "junk", "1");
        await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        RunnelException e = await Assert.ThrowsAsync<RunnelException>(() => host.Client.DeadLetters.RequeueAsync(id, TestContext.Current.CancellationToken));
        int all = await host.Client.DeadLetters.RequeueAllAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("runnel dlq purge", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, all);
        Assert.Equal("[\"junk\",\"1\"]", (await host.Client.DeadLetters.FindAsync(id, TestContext.Current.CancellationToken))!.Payload);
        Assert.True(await host.Client.DeadLetters.PurgeAsync(id, TestContext.Current.CancellationToken));
        Assert.Null(await host.Client.DeadLetters.FindAsync(id, TestContext.Current.CancellationToken));
        Assert.False(await host.Client.DeadLetters.PurgeAsync(id, TestContext.Current.CancellationToken));
    }

    private Task<TestHost> StartAsync() =>
        TestHost.StartAsync(redis, b => b.AddTaskHandler("broken", (context, _) => throw new InvalidOperationException($"no {context.Id}")));

    private static async Task<string> DieAsync(TestHost host, string type, string payload)
    {
        string id = await host.Client.SubmitAsync(type, payload, NoRetry, TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
        return id;
    }

    private static ValueTask<List<string>> IdsAsync(TestHost host, DeadLetterFilter? filter) =>
        host.Client.DeadLetters.ListAsync(filter, cancellationToken: TestContext.Current.CancellationToken).Select(l => l.Task.Id).ToListAsync(TestContext.Current.CancellationToken);
}
