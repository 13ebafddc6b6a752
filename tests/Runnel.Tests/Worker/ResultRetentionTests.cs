using Microsoft.Extensions.DependencyInjection;
using Runnel.Lookup;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

public sealed class ResultRetentionTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly string queue = redis.NewQueue();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private QueueKeys Keys => new(queue, "workers");

    [Fact]
    public async Task Only_the_newest_results_stay_with_their_records_and_logs()
    {
        await using TestHost host = await StartAsync();
        string[] ids = await CompleteAsync(host, 30);

        await RetainAsync(new RunnelOptions { MaxResults = 10 });

        Assert.Equal(ids[20..], await StoredAsync(ids));
        Assert.Equal(10, await redis.Database.ListLengthAsync(Keys.Results));
        Assert.All(ids[..20], id => Assert.False(redis.Database.KeyExists(Keys.Record(id)) || redis.Database.KeyExists(Keys.Log(id))));
        Assert.All(ids[20..], id => Assert.True(redis.Database.KeyExists(Keys.Record(id)) && redis.Database.KeyExists(Keys.Log(id))));
    }

    [Fact]
    public async Task No_more_than_so_many_bytes_stay_and_the_count_of_them_is_true()
    {
        await using TestHost host = await StartAsync();
        string[] ids = await CompleteAsync(host, 20);
        long one = await redis.Database.StringLengthAsync(Keys.Result(ids[^1]));

        await RetainAsync(new RunnelOptions { MaxResultsTotalBytes = (5 * one) + 20 });

        string[] stored = await StoredAsync(ids);
        long bytes = (await Task.WhenAll(stored.Select(id => redis.Database.StringLengthAsync(Keys.Result(id))))).Sum();
        Assert.Equal(ids[^stored.Length..], stored);
        Assert.InRange(stored.Length, 4, 5);
        Assert.Equal(bytes, await redis.Database.HashGetAsync(Keys.Retained, "bytes"));
    }

    [Fact]
    public async Task What_expired_is_forgotten_and_dead_letters_stay()
    {
        await using TestHost host = await StartAsync();
        string[] ids = await CompleteAsync(host, 4);
        string dead = await host.Client.SubmitAsync("fail", 1, new SubmitOptions { MaxRetries = 0 }, Cancelled);
        await host.Client.WaitAsync(dead, Deadline, Cancelled);
        RunnelOptions limits = new() { MaxResults = 100 };
        await RetainAsync(limits);
        long noted = await redis.Database.ListLengthAsync(Keys.Results);

        foreach (string id in ids)
            await redis.Database.KeyDeleteAsync(Keys.Result(id));
        await RetainAsync(limits);

        Assert.Equal(4, noted);
        Assert.Equal((0, 0), (await redis.Database.ListLengthAsync(Keys.Results), (int)await redis.Database.HashGetAsync(Keys.Retained, "bytes")));
        Assert.Equal(TaskState.Failed, (await host.Client.FindAsync(dead, Cancelled))!.State);
    }

    [Fact]
    public async Task A_worker_with_limits_holds_to_them_at_its_beats()
    {
        await using TestHost host = await TestHost.StartAsync(
            redis,
            b => b.AddTaskHandler("echo", (_, _) => Task.FromResult<object?>(1)).Services.PostConfigure<RunnelOptions>(o => o.MaxResults = 1100),
            queue: queue);
        IReadOnlyList<string> ids = await host.Client.SubmitManyAsync("echo", Enumerable.Range(0, 2500), null, Cancelled);

        await Eventually.TrueAsync(
            async () => (await host.Client.GetStatsAsync(Cancelled)).Completed == 2500 && (await StoredAsync([.. ids])).Length == 1100,
            Deadline, "1,100 results are left", Cancelled);

        Assert.Equal(1100, await redis.Database.ListLengthAsync(Keys.Results));
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        redis,
        b => b.AddTaskHandler("echo", async (context, _) =>
            {
                await context.LogAsync("ran", Cancelled);
                return new string('x', 100);
            })
            .AddTaskHandler("fail", (_, _) => throw new InvalidOperationException("no")),
        queue: queue);

    private static async Task<string[]> CompleteAsync(TestHost host, int count)
    {
        List<string> ids = [];
        for (int i = 0; i < count; i++)
        {
            ids.Add(await host.Client.SubmitAsync("echo", i, null, Cancelled));
            await host.Client.WaitAsync(ids[^1], Deadline, Cancelled);
        }

        return [.. ids];
    }

    private Task RetainAsync(RunnelOptions limits) => new ResultRetention(redis.Database, Keys, limits).RunAsync();

    private async Task<string[]> StoredAsync(string[] ids)
    {
        byte[]?[] stored = await StoredResults.GetAsync(redis.Database, Keys, ids);
        return [.. ids.Where((_, i) => stored[i] is not null)];
    }
}
