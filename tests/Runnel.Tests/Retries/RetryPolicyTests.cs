using Runnel.TestKit;

namespace Runnel.Tests.Retries;

public sealed class RetryPolicyTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(11, 2048)]
    [InlineData(12, 3600)]
    [InlineData(1000, 3600)]
    public void By_default_waits_two_to_the_power_of_n_seconds_up_to_an_hour(int retry, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryPolicy.Default.WaitBefore(retry, null));

    [Fact]
    public void Jitter_shortens_a_wait_by_at_most_its_share()
    {
        double[] waits = [.. Enumerable.Range(0, 1000).Select(_ => RetryPolicy.Exponential(jitter: 0.5).WaitBefore(3, null).TotalSeconds)];

        Assert.All(waits, w => Assert.InRange(w, 4, 8));
        Assert.True(waits.Max() - waits.Min() > 3);
    }

    [Fact]
    public void A_sequence_repeats_its_last_wait()
    {
        RetryPolicy policy = RetryPolicy.Sequence(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

        Assert.Equal([1, 5, 5], new[] { 1, 2, 9 }.Select(n => policy.WaitBefore(n, null).TotalSeconds));
    }

    [Fact]
    public void Travels_with_a_task_unchanged()
    {
        RetryPolicy[] policies = [RetryPolicy.Exponential(TimeSpan.FromSeconds(90), 0.25), RetryPolicy.Fixed(TimeSpan.FromSeconds(0.5)), RetryPolicy.Sequence(TimeSpan.Zero, TimeSpan.FromMinutes(1))];

        Assert.All(policies, p => Assert.Equal(p.ToWire(), RetryPolicy.FromWire(p.ToWire())!.ToWire()));
        Assert.All(new[] { "", "fixed", "sequence:", "sequence:-1", "exponential:0:0", "exponential:1:2", "sequence:x" }, text => Assert.Null(RetryPolicy.FromWire(text)));
        Assert.Throws<PayloadException>(() => RetryPolicy.Custom((_, _) => TimeSpan.Zero).ToWire());
    }

    [Fact]
    public async Task A_task_types_policy_holds_and_a_submissions_goes_before_it()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler(
            "broken", (_, _) => throw new ArgumentException("no"), o => o.Retry = RetryPolicy.Custom((retry, error) => TimeSpan.FromHours(error is ArgumentException ? retry : 9))));

        string byType = await host.Client.SubmitAsync("broken", 1, cancellationToken: TestContext.Current.CancellationToken);
        string byTask = await host.Client.SubmitAsync("broken", 1, new SubmitOptions { Retry = RetryPolicy.Fixed(TimeSpan.FromMinutes(7)) }, TestContext.Current.CancellationToken);

        Assert.Equal(60, (await RetryingAsync(host, byType)).TotalMinutes, 1.0);
        Assert.Equal(7, (await RetryingAsync(host, byTask)).TotalMinutes, 1.0);
    }

    [Fact]
    public async Task Listed_exceptions_are_not_retried_derived_ones_neither()
    {
        await using TestHost host = await TestHost.StartAsync(
            redis, b => b.AddTaskHandler("broken", (_, _) => throw new ArgumentNullException("x"), o => o.NonRetryable.Add(typeof(ArgumentException))));

        string id = await host.Client.SubmitAsync("broken", 1, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("rejected", (await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken)).Reason);
    }

    [Fact]
    public async Task A_snoozed_task_runs_again_without_a_spent_attempt()
    {
        int runs = 0;
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("wait", (context, _) =>
            ++runs < 3 ? throw new TaskSnoozedException(TimeSpan.FromMilliseconds(50)) : Task.FromResult<object?>(context.Attempt)));

        string id = await host.Client.SubmitAsync("wait", 1, new SubmitOptions { MaxRetries = 0 }, TestContext.Current.CancellationToken);

        Assert.Equal(1, await host.Client.WaitForResultAsync<int>(id, Deadline, TestContext.Current.CancellationToken));
        Assert.Empty((await host.Client.FindAsync(id, TestContext.Current.CancellationToken))!.Errors);
        Assert.Equal(0, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Retried);
    }

    private static async Task<TimeSpan> RetryingAsync(TestHost host, string id)
    {
        TaskInfo? task = null;
        await Eventually.TrueAsync(async () => (task = await host.Client.FindAsync(id))?.State == TaskState.Retrying, Deadline, "the task is retrying");
        return (task!.DueAt - task.Errors[0].At)!.Value;
    }
}
