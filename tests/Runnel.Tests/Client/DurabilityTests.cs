using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.Client;

public sealed class DurabilityTests(RedisFixture redis)
{
    private const string NoValkey = "WAITAOF needs Valkey here, and there is no valkey-server on the PATH; ./build.sh test gets it where it may.";
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);
    private static readonly SubmitOptions OnAReplica = new() { Durability = Durability.Replicated(1, Wait) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replicated_task_is_on_the_replica_when_its_submission_returns()
    {
        await using RedisServer primary = await redis.StartPrivateAsync(null, "--repl-diskless-sync-delay", "0");
        await using RedisServer replica = await ReplicaOfAsync(primary);
        await using RunnelClient client = await ConnectAsync(primary.Url);

        string[] ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.SubmitAsync("echo", i, OnAReplica, Cancelled)));
        ids = [.. ids, .. await client.SubmitManyAsync("echo", Enumerable.Range(0, 20), OnAReplica, Cancelled)];
        string delayed = await client.SubmitAsync("echo", 1, OnAReplica with { Delay = TimeSpan.FromHours(1) }, Cancelled);
        string batch = await client.SubmitBatchAsync("echo", Enumerable.Range(0, 300).ToAsyncEnumerable(), new BatchOptions { Members = OnAReplica }, Cancelled);

        HashSet<string> entries = [.. (await replica.Database.StreamRangeAsync("q")).Select(e => "n" + e.Id)];
        Assert.Equal(340, entries.Count);
        Assert.All(ids, id => Assert.Contains(id, entries));
        Assert.Equal("scheduled", await replica.Database.HashGetAsync("{q}:task:" + delayed, "state"));
        Assert.Equal(300, await replica.Database.HashGetAsync("{q}:batch:" + batch, "total"));
    }

    [Fact]
    public async Task Without_enough_replicas_the_submission_says_that_the_task_is_queued_all_the_same()
    {
        await using RedisServer primary = await redis.StartPrivateAsync(null, "--repl-diskless-sync-delay", "0");
        await using RedisServer replica = await ReplicaOfAsync(primary);
        await using RunnelClient client = await ConnectAsync(primary.Url);
        SubmitOptions onTwo = new() { Durability = Durability.Replicated(2, TimeSpan.FromSeconds(1)) };

        DurabilityNotMetException told = await Assert.ThrowsAsync<DurabilityNotMetException>(() => client.SubmitAsync("echo", 1, onTwo, Cancelled));

        Assert.Equal(TaskState.Queued, (await client.FindAsync(told.Id, Cancelled))!.State);
        Assert.Contains(told.Id + " is queued", told.Message, StringComparison.Ordinal);
        Assert.Contains("1 replica(s) had it after 1 s", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_a_failover_lost_is_not_confirmed()
    {
        await using RedisServer primary = await redis.StartPrivateAsync(null, "--repl-diskless-sync-delay", "0");
        await using RedisServer replica = await ReplicaOfAsync(primary);
        await using RunnelClient client = await ConnectAsync(primary.Url);
        string id = await client.SubmitAsync("echo", 1, null, Cancelled);
        await primary.Database.StreamDeleteAsync("q", [id[1..]]);
        await using RunnelConnector connector = new(Microsoft.Extensions.Options.Options.Create(new RunnelOptions { RedisUrl = primary.Url, Queue = "q" }));
        await using DurableSubmission durable = new(connector);

        DurabilityNotMetException told = await Assert.ThrowsAsync<DurabilityNotMetException>(() => durable.ConfirmAsync(id, OnAReplica.Durability!, Cancelled));

        Assert.Contains("does not know it any more", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_WAITAOF_is_told_apart_before_anything_is_submitted()
    {
        await using RedisServer server = await redis.StartPrivateAsync();
        Assert.SkipWhen(await HasWaitAofAsync(server), "This redis-server has WAITAOF.");
        await using RunnelClient client = await ConnectAsync(server.Url);

        PayloadException refused = await Assert.ThrowsAsync<PayloadException>(
            () => client.SubmitAsync("echo", 1, new SubmitOptions { Durability = Durability.Fsynced(Wait) }, Cancelled));

        Assert.Equal(["durability"], refused.Fields);
        Assert.Contains("WAITAOF (Redis 7.2 or newer)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await client.GetStatsAsync(Cancelled)).Submitted);
    }

    [Fact]
    public async Task An_fsynced_task_survives_the_death_of_the_server_at_once()
    {
        await using RedisServer? server = await RedisServer.TryStartValkeyAsync("--appendonly", "yes", "--appendfsync", "everysec");
        Assert.SkipWhen(server is null, NoValkey);
        await using RunnelClient client = await ConnectAsync(server!.Url);

        string id = await client.SubmitAsync("echo", 1, new SubmitOptions { Durability = Durability.Fsynced(Wait) }, Cancelled);
        await server.RestartAsync();

        Assert.Equal(id, "n" + (await server.Database.StreamRangeAsync("q")).Single().Id);
    }

    [Fact]
    public async Task Without_an_append_only_file_an_fsynced_submission_says_so()
    {
        await using RedisServer? server = await RedisServer.TryStartValkeyAsync();
        Assert.SkipWhen(server is null, NoValkey);
        await using RunnelClient client = await ConnectAsync(server!.Url);

        DurabilityNotMetException told = await Assert.ThrowsAsync<DurabilityNotMetException>(
            () => client.SubmitAsync("echo", 1, new SubmitOptions { Durability = Durability.Fsynced(Wait) }, Cancelled));

        Assert.Contains("appendonly", told.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await client.GetStatsAsync(Cancelled)).Submitted);
    }

    [Fact]
    public void A_wait_or_number_that_makes_no_sense_is_refused()
    {
        Assert.Throws<PayloadException>(() => Durability.Replicated(0, Wait));
        Assert.Throws<PayloadException>(() => Durability.Replicated(1, TimeSpan.Zero));
        Assert.Throws<PayloadException>(() => Durability.Fsynced(TimeSpan.FromMinutes(2)));
    }

    private static Task<RunnelClient> ConnectAsync(string url) => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = url, Queue = "q" }, Cancelled);

    private static async Task<bool> HasWaitAofAsync(RedisServer server) => !(await server.Database.ExecuteAsync("COMMAND", "INFO", "WAITAOF"))[0].IsNull;

    private static async Task<RedisServer> ReplicaOfAsync(RedisServer primary)
    {
        RedisServer replica = await RedisServer.StartAsync(null, "--replicaof", "127.0.0.1", $"{primary.Port}");
        await Eventually.TrueAsync(
            async () => ((string)(await primary.Database.ExecuteAsync("INFO", "replication"))!).Contains("state=online", StringComparison.Ordinal), Wait, "the replica is online", Cancelled);
        return replica;
    }
}
