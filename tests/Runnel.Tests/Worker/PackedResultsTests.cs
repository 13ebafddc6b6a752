using Runnel.Lookup;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

/// <summary>Results of tasks that complete together stand in hashes, and are found as those are that have keys of their own.</summary>
public sealed class PackedResultsTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plain_tasks_that_complete_together_share_packs_and_each_is_found_by_its_id()
    {
        await using RunnelClient client = await ConnectAsync();
        string[] ids = [.. await client.SubmitManyAsync("echo", Enumerable.Range(0, 200), null, Cancelled)];

        await CompleteAsync(await DeliverAsync(200), TimeSpan.FromHours(1));

        RedisKey[] packs = await PacksAsync();
        int[] found = await Task.WhenAll(ids.Select(id => client.GetResultAsync<int>(id, Cancelled)));
        TaskInfo?[] tasks = await Task.WhenAll(ids.Select(id => client.FindAsync(id, Cancelled)));
        Assert.Equal(Enumerable.Range(0, 200), found);
        Assert.All(tasks, t => Assert.Equal(TaskState.Completed, t!.State));
        Assert.Equal(200, (await Task.WhenAll(packs.Select(p => redis.Database.HashLengthAsync(p)))).Sum() + await CountAsync(ids, id => redis.Database.KeyExistsAsync(keys.Result(id))));
        Assert.InRange(packs.Length, 1, 20);
        Assert.All(packs, p => Assert.InRange(redis.Database.KeyTimeToLive(p)!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_few_plain_tasks_have_keys_of_their_own()
    {
        await using RunnelClient client = await ConnectAsync();
        string[] ids = [.. await client.SubmitManyAsync("echo", [0, 1, 2], null, Cancelled)];

        await CompleteAsync(await DeliverAsync(3), TimeSpan.FromHours(1));

        Assert.Equal(3, await CountAsync(ids, id => redis.Database.KeyExistsAsync(keys.Result(id))));
        Assert.Empty(await PacksAsync());
    }

    [Fact]
    public async Task A_batchs_members_share_packs_of_128_and_are_read_in_their_order()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<int>("double", (n, _, _) => Task.FromResult<object?>(2 * n)), queue: keys.Queue);

        string id = await host.Client.SubmitBatchAsync("double", Enumerable.Range(0, 300).ToAsyncEnumerable(), null, Cancelled);
        await Eventually.TrueAsync(async () => (await host.Client.FindBatchAsync(id, Cancelled))?.FinishedAt is not null, Deadline, "the batch ends", Cancelled);

        List<BatchResult<int>> results = await host.Client.ReadBatchResultsAsync<int>(id, Cancelled).ToListAsync(Cancelled);
        Assert.Equal(Enumerable.Range(0, 300).Select(n => 2 * n), results.Select(r => r.Result));
        Assert.Equal(new[] { $"pack:{id}.0", $"pack:{id}.1", $"pack:{id}.2" }, (await PacksAsync()).Select(NameOf).Order(StringComparer.Ordinal));
        Assert.Equal(128, await redis.Database.HashLengthAsync("{" + keys.Queue + $"}}:pack:{id}.0"));
    }

    [Fact]
    public async Task Another_submission_with_the_id_of_a_task_in_a_pack_makes_no_second_one()
    {
        SubmitOptions named = new() { Id = "order.7" };
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("echo", (_, _) => Task.FromResult<object?>(1)), queue: keys.Queue);
        await host.Client.SubmitAsync("echo", 1, named, Cancelled);
        await host.Client.WaitAsync("order.7", Deadline, Cancelled);
        await redis.Database.KeyDeleteAsync(keys.Record("order.7"));

        await host.Client.SubmitAsync("echo", 2, named, Cancelled);

        Assert.Equal("pack:order.0", NameOf(Assert.Single(await PacksAsync())));
        Assert.Equal(1, (await host.Client.GetStatsAsync(Cancelled)).Submitted);
        Assert.NotEqual(CancelResult.Cancelled, await host.Client.CancelAsync("order.7", Cancelled));
    }

    [Fact]
    public async Task A_result_that_comes_later_never_shortens_the_life_of_those_in_its_pack()
    {
        await using RunnelClient client = await ConnectAsync();
        await client.SubmitManyAsync("echo", Enumerable.Range(0, 32), null, Cancelled);
        List<TaskEntry> entries = await DeliverAsync(32);

        await CompleteAsync(entries[..16], TimeSpan.FromHours(2));
        await CompleteAsync(entries[16..], TimeSpan.FromHours(1));

        Assert.All(await PacksAsync(), p => Assert.InRange(redis.Database.KeyTimeToLive(p)!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(2)));
        Assert.Contains(await PacksAsync(), p => redis.Database.KeyTimeToLive(p) > TimeSpan.FromMinutes(119));
    }

    [Fact]
    public async Task A_worker_that_was_replaced_changes_no_result_in_a_pack()
    {
        await using RunnelClient client = await ConnectAsync();
        string[] ids = [.. await client.SubmitManyAsync("echo", Enumerable.Range(0, 16), null, Cancelled)];
        List<TaskEntry> entries = await DeliverAsync(16);
        await CompleteAsync(entries, TimeSpan.FromHours(1));

        Completed[] refused = await Scripts(TimeSpan.FromHours(1)).CompleteAsync([.. entries.Select(e => Done(e, -1))], 16);

        Assert.Equal(16, refused.Length);
        Assert.Equal(Enumerable.Range(0, 16), await Task.WhenAll(ids.Select(id => client.GetResultAsync<int>(id, Cancelled))));
    }

    private async Task CompleteAsync(List<TaskEntry> entries, TimeSpan retention) =>
        Assert.Empty(await Scripts(retention).CompleteAsync([.. entries.Select((e, i) => Done(e, i))], entries.Count));

    private static Completed Done(TaskEntry entry, int result) =>
        new(new RunningTask(entry, 0), System.Text.Encoding.UTF8.GetBytes($"{{\"type\":\"echo\",\"worker\":\"me\",\"result\":{result}}}"), entry.HasRecord);

    private SettleScripts Scripts(TimeSpan retention) =>
        new(redis.Database, keys, new RunnelOptions { ResultRetention = retention }, new WorkerOptions { Name = "me" });

    private async Task<List<TaskEntry>> DeliverAsync(int count)
    {
        await QueueGroups.EnsureAsync(redis.Database, keys);
        StreamEntry[] entries = await redis.Database.StreamReadGroupAsync(keys.Streams[QueueKeys.Normal], "workers", "me", ">", count);
        return [.. entries.Select(e => TaskEntry.Parse(QueueKeys.Normal, e))];
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, Cancelled);

    private async Task<RedisKey[]> PacksAsync() =>
        [.. await redis.Database.Multiplexer.GetServers()[0].KeysAsync(pattern: "{" + keys.Queue + "}:pack:*").ToListAsync(Cancelled)];

    private string NameOf(RedisKey key) => key.ToString()[(keys.Queue.Length + 3)..];

    private static async Task<int> CountAsync(string[] ids, Func<string, Task<bool>> holds) => (await Task.WhenAll(ids.Select(holds))).Count(h => h);
}
