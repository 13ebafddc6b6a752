using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

/// <summary>Redis restarts, forgets, or was never there.</summary>
public sealed class OutageTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_worker_goes_on_after_all_keys_and_scripts_were_flushed()
    {
        await using RedisServer server = await redis.StartPrivateAsync();
        await using TestHost host = await TestHost.StartAsync(server, b => b.AddTaskHandler("echo", (c, _) => Task.FromResult<object?>(c.Attempt)), null, "test:flush");
        await RunOneAsync(host.Client);

        await server.Database.ExecuteAsync("FLUSHALL");
        await server.Database.ExecuteAsync("SCRIPT", "FLUSH");

        await RunOneAsync(host.Client);
    }

    [Fact]
    public async Task A_worker_goes_on_after_Redis_restarted_empty()
    {
        await using RedisServer server = await redis.StartPrivateAsync();
        await using TestHost host = await TestHost.StartAsync(server, b => b.AddTaskHandler("echo", (c, _) => Task.FromResult<object?>(c.Attempt)), null, "test:restart");
        await RunOneAsync(host.Client);

        await server.RestartAsync();

        await RunOneAsync(host.Client);
    }

    [Fact]
    public async Task A_result_that_could_not_be_written_during_an_outage_is_written_after_it()
    {
        string folder = Directory.CreateTempSubdirectory("runnel-aof-").FullName;
        await using RedisServer server = await redis.StartPrivateAsync(null, "--appendonly", "yes", "--appendfsync", "always", "--dir", folder);
        TaskCompletionSource started = new(), release = new();
        await using TestHost host = await TestHost.StartAsync(server, b => b.AddTaskHandler("wait", async (_, _) =>
        {
            started.TrySetResult();
            await release.Task;
            return "kept";
        }), o => o.LeaseDuration = TimeSpan.FromMinutes(1), "test:outage");
        string id = await host.Client.SubmitAsync("wait", 1, cancellationToken: TestContext.Current.CancellationToken);
        await started.Task;

        await server.KillAsync();
        release.SetResult();
        await server.RestartAsync();

        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await host.Client.GetResultAsync<string>(id) == "kept";
                }
                catch (Exception e) when (e is RedisException or RunnelException)
                {
                    return false;
                }
            },
            Deadline, "the result is stored", TestContext.Current.CancellationToken);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Says_where_no_Redis_answers_and_what_to_do()
    {
        RedisUnavailableException e = await Assert.ThrowsAsync<RedisUnavailableException>(() => RunnelClient.ConnectAsync(
            new RunnelOptions { RedisUrl = "redis://user:secret@127.0.0.1:1" }, TestContext.Current.CancellationToken));

        Assert.Contains("127.0.0.1:1", e.Message, StringComparison.Ordinal);
        Assert.Contains("--redis-url", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://:wrong@127.0.0.1:{0}")]
    [InlineData("redis://127.0.0.1:{0}")]
    public async Task Says_that_the_login_was_refused(string form)
    {
        await using RedisServer server = await redis.StartPrivateAsync("right");

        RedisUnavailableException e = await Assert.ThrowsAsync<RedisUnavailableException>(() => RunnelClient.ConnectAsync(
            new RunnelOptions { RedisUrl = string.Format(form, server.Port) }, TestContext.Current.CancellationToken));

        Assert.Contains("refuses the login", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", e.Message, StringComparison.Ordinal);
    }

    private static async Task RunOneAsync(RunnelClient client)
    {
        string id = await client.SubmitAsync("echo", 1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, await client.WaitForResultAsync<int>(id, Deadline, TestContext.Current.CancellationToken));
    }
}
