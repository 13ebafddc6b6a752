using System.Collections.Concurrent;
using Runnel.TestKit;
using Runnel.Tests.Flow;
using StackExchange.Redis;

namespace Runnel.Tests.Composition;

public sealed class BatchBaseTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly Trial Common = new("BTCUSDT", new string('x', 20_000), new Settings(10, 30), -1);
    private readonly string queue = redis.NewQueue();
    private readonly ConcurrentQueue<Trial> ran = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handlers_get_the_base_with_each_members_changes_and_the_base_is_stored_once()
    {
        await using RunnelClient client = await ConnectAsync();

        string id = await client.SubmitBatchAsync("trial", Changes(50), new BatchOptions { Base = Common }, Cancelled);
        long entry = await MemoryAsync(queue);
        await using TestHost host = await StartAsync();
        BatchInfo batch = await client.WaitForBatchAsync(id, Deadline, Cancelled);

        Assert.Equal(50, batch.Completed);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => Common with { Index = i, Settings = new Settings(i, 30) }), ran.OrderBy(t => t.Index));
        Assert.InRange(entry, 1, 20_000);
        Assert.True(await redis.Database.KeyTimeToLiveAsync(host.Keys.BatchPrefix + id) > TimeSpan.FromHours(23));
    }

    [Fact]
    public async Task The_base_goes_with_a_member_through_retries_a_crash_and_requeueing()
    {
        int failures = 2;
        BatchOptions options = new()
        {
            Base = Common,
            Members = new SubmitOptions { MaxRetries = 1, Retry = RetryPolicy.Sequence(TimeSpan.FromMilliseconds(10)) },
        };
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitBatchAsync("trial", Changes(1), options, Cancelled);
        await Deaths.DeliverAsync(redis.Database, new Runnel.Redis.QueueKeys(queue, "workers"), "dead");
        await using TestHost host = await StartAsync(() => Interlocked.Decrement(ref failures) >= 0);
        BatchInfo failed = await client.WaitForBatchAsync(id, Deadline, Cancelled);
        DeadLetter letter = (await client.DeadLetters.FindAsync($"{id}.0", Cancelled))!;
        TimeSpan? kept = await redis.Database.KeyTimeToLiveAsync(host.Keys.BatchPrefix + id);

        await client.DeadLetters.RequeueAsync($"{id}.0", Cancelled);
        int result = await client.WaitForResultAsync<int>($"{id}.0", Deadline, Cancelled);

        Assert.Equal((1L, 1L), (failed.Total, failed.Failed));
        Assert.Contains("BTCUSDT", letter.Payload, StringComparison.Ordinal);
        Assert.Null(kept);
        Assert.Equal(0, result);
        Assert.All(ran, trial => Assert.Equal(Common with { Index = 0, Settings = new Settings(0, 30) }, trial));
        Assert.True(await redis.Database.KeyTimeToLiveAsync(host.Keys.BatchPrefix + id) > TimeSpan.FromHours(23));
    }

    [Fact]
    public async Task A_batch_expires_once_its_dead_letters_are_purged()
    {
        await using TestHost host = await StartAsync(() => true);
        BatchOptions options = new() { Base = Common, Members = new SubmitOptions { MaxRetries = 0 } };
        string id = await host.Client.SubmitBatchAsync("trial", Changes(2), options, Cancelled);
        await host.Client.WaitForBatchAsync(id, Deadline, Cancelled);

        await host.Client.DeadLetters.PurgeAsync($"{id}.0", Cancelled);
        TimeSpan? withOne = await redis.Database.KeyTimeToLiveAsync(host.Keys.BatchPrefix + id);
        await host.Client.DeadLetters.PurgeAsync($"{id}.1", Cancelled);

        Assert.Null(withOne);
        Assert.True(await redis.Database.KeyTimeToLiveAsync(host.Keys.BatchPrefix + id) > TimeSpan.FromHours(23));
    }

    [Fact]
    public async Task A_member_whose_base_was_deleted_is_a_dead_letter_that_says_so()
    {
        await using RunnelClient client = await ConnectAsync();
        string id = await client.SubmitBatchAsync("trial", Changes(1), new BatchOptions { Base = Common }, Cancelled);
        await redis.Database.KeyDeleteAsync("{" + queue + "}:batch:" + id);
        await using TestHost host = await StartAsync();

        TaskInfo member = await client.WaitAsync($"{id}.0", Deadline, Cancelled);

        Assert.Equal((TaskState.Failed, "rejected"), (member.State, member.Reason));
        Assert.Contains("base", member.Errors[0].Message, StringComparison.Ordinal);
        Assert.Empty(ran);
    }

    [Fact]
    public async Task A_batch_goes_on_only_with_the_base_it_began_with()
    {
        await using RunnelClient client = await ConnectAsync();
        BatchOptions options = new() { Id = "mine", Base = Common };
        await client.SubmitBatchAsync("trial", Changes(2), options, Cancelled);

        await client.SubmitBatchAsync("trial", Changes(2), options, Cancelled);
        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(
            () => client.SubmitBatchAsync("trial", Changes(2), options with { Base = Common with { Symbol = "ETHUSDT" } }, Cancelled));

        Assert.Equal(["id"], wrong.Fields);
    }

    [Theory]
    [InlineData("text")]
    [InlineData(new[] { 1, 2 })]
    public async Task A_base_is_an_object(object wrong)
    {
        await using RunnelClient client = await ConnectAsync();

        PayloadException refused = await Assert.ThrowsAsync<PayloadException>(
            () => client.SubmitBatchAsync("trial", Changes(1), new BatchOptions { Base = wrong }, Cancelled));

        Assert.Equal(["base"], refused.Fields);
    }

    private static async IAsyncEnumerable<object> Changes(int count)
    {
        for (int i = 0; i < count; i++)
            yield return new { Index = i, Settings = new { Fast = i } };
        await Task.CompletedTask;
    }

    private async Task<long> MemoryAsync(RedisKey key) => (long)await redis.Database.ExecuteAsync("MEMORY", "USAGE", key, "SAMPLES", 0);

    private Task<TestHost> StartAsync(Func<bool>? fails = null) => TestHost.StartAsync(
        redis,
        b => b.AddTaskHandler<Trial>("trial", (trial, _, _) =>
        {
            ran.Enqueue(trial);
            return fails?.Invoke() == true ? throw new InvalidOperationException("not yet") : Task.FromResult<object?>(trial.Index);
        }),
        queue: queue);

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);

    private sealed record Settings(int Fast, int Slow);

    private sealed record Trial(string Symbol, string Klines, Settings Settings, int Index);
}
