using Runnel.TestKit;

namespace Runnel.Tests.Composition;

public sealed class TaskLogTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Lines_are_read_while_the_task_runs_and_live_as_long_as_its_result()
    {
        TaskCompletionSource logged = new(), release = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (context, cancellationToken) =>
        {
            await context.LogAsync("first  line", cancellationToken);
            await context.LogAsync("", cancellationToken);
            logged.SetResult();
            await release.Task;
            return 1;
        }));
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await logged.Task;

        TaskLog running = await host.Client.GetLogAsync(id, TestContext.Current.CancellationToken);
        release.SetResult();
        await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(["first  line", ""], running.Lines.Select(l => l.Text));
        Assert.All(running.Lines, l => Assert.Equal(1, l.Attempt));
        TimeSpan[] left = [.. (await Task.WhenAll(new[] { host.Keys.Log(id), host.Keys.Record(id), host.Keys.Result(id) }.Select(k => redis.Database.KeyTimeToLiveAsync(k)))).Select(t => t!.Value)];
        Assert.All(left, t => Assert.InRange(t, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24)));
        Assert.Equal(TaskState.Completed, (await host.Client.FindAsync(id, TestContext.Current.CancellationToken))!.State);
    }

    [Theory]
    [InlineData(1100, 10, 1000)]
    [InlineData(100, 5000, 65)]
    public async Task The_oldest_lines_make_way(int lines, int length, int kept)
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (context, cancellationToken) =>
        {
            await Task.WhenAll(Enumerable.Range(0, lines).Select(i => context.LogAsync($"{i:D4}".PadRight(length, '.'), cancellationToken)));
            return 1;
        }));
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        TaskLog log = await host.Client.GetLogAsync(id, TestContext.Current.CancellationToken);

        Assert.Equal((kept, lines), (log.Lines.Count, log.Lines.Count + log.Dropped));
        Assert.StartsWith($"{lines - 1:D4}", log.Lines[^1].Text, StringComparison.Ordinal);
        Assert.All(log.Lines, l => Assert.Equal(Math.Min(length, 4000), l.Text.Length));
    }

    [Fact]
    public async Task A_dead_letter_keeps_its_log_until_it_is_purged()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (context, cancellationToken) =>
        {
            await context.LogAsync("before the end", cancellationToken);
            throw new NonRetryableException("no");
        }));
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);
        await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
        TaskLog kept = await host.Client.GetLogAsync(id, TestContext.Current.CancellationToken);
        TimeSpan? left = await redis.Database.KeyTimeToLiveAsync(host.Keys.Log(id));

        await host.Client.DeadLetters.PurgeAsync(id, TestContext.Current.CancellationToken);

        Assert.Equal("before the end", Assert.Single(kept.Lines).Text);
        Assert.Null(left);
        Assert.Empty((await host.Client.GetLogAsync(id, TestContext.Current.CancellationToken)).Lines);
    }

    [Fact]
    public async Task Progress_carries_a_detail_that_a_report_without_one_leaves()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("run", async (context, cancellationToken) =>
        {
            await context.ReportProgressDetailAsync(0.5, "half", new { BestSharpe = 1.25 }, cancellationToken);
            await context.ReportProgressAsync(1, "done", cancellationToken);
            return 1;
        }));
        string id = await host.Client.SubmitAsync("run", 1, cancellationToken: TestContext.Current.CancellationToken);

        TaskInfo task = await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(new TaskProgress(1, "done") { Detail = """{"bestSharpe":1.25}""" }, task.Progress);
    }
}
