using System.Net;
using System.Net.Sockets;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Supervision.Tests;

public sealed class LocalRedisTests(RedisFixture redis) : IDisposable
{
    private static readonly IPEndPoint Nobody = new(IPAddress.Loopback, 1);
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Takes_the_machines_own_Redis_where_one_answers()
    {
        await using LocalRedis found = await LocalRedis.FindOrStartAsync(
            folder, new IPEndPoint(IPAddress.Loopback, redis.Server.Port), TestContext.Current.CancellationToken);

        Assert.Equal($"redis://localhost:{redis.Server.Port}", found.Url);
        Assert.Empty(found.Notice);
    }

    [Fact]
    public async Task A_second_user_finds_the_first_ones_Redis_and_the_last_one_stops_it()
    {
        LocalRedis first = await LocalRedis.FindOrStartAsync(folder, Nobody, TestContext.Current.CancellationToken);
        LocalRedis second = await LocalRedis.FindOrStartAsync(folder, Nobody, TestContext.Current.CancellationToken);

        await first.DisposeAsync();
        ProbeAnswer withOneUser = await AskAsync(second);
        await second.DisposeAsync();
        ProbeAnswer withNone = await AskAsync(second);

        Assert.Equal(first.Url, second.Url);
        Assert.Contains(folder, first.Notice, StringComparison.Ordinal);
        Assert.Equal(ProbeAnswer.Ready, withOneUser);
        Assert.Equal(ProbeAnswer.Nothing, withNone);
    }

    [Fact]
    public async Task Keeps_its_data_from_one_start_to_the_next()
    {
        await using (LocalRedis first = await LocalRedis.FindOrStartAsync(folder, Nobody, TestContext.Current.CancellationToken))
            await WithDatabaseAsync(first, database => database.StringSetAsync("key", "kept"));

        await using LocalRedis second = await LocalRedis.FindOrStartAsync(folder, Nobody, TestContext.Current.CancellationToken);
        RedisValue value = await WithDatabaseAsync(second, database => database.StringGetAsync("key"));

        Assert.Equal("kept", value);
    }

    [Fact]
    public async Task Ten_at_once_share_one_Redis()
    {
        LocalRedis[] users = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => Task.Run(() => LocalRedis.FindOrStartAsync(folder, Nobody, TestContext.Current.CancellationToken))));

        await Task.WhenAll(users.Select(user => user.DisposeAsync().AsTask()));

        Assert.Single(users, user => user.Notice.Contains("started", StringComparison.Ordinal));
        Assert.Equal(ProbeAnswer.Nothing, await AskAsync(users[0]));
    }

    [Fact]
    public async Task Leaves_nothing_of_a_temporary_Redis()
    {
        LocalRedis temporary = await LocalRedis.StartTemporaryAsync(TestContext.Current.CancellationToken);
        string? itsFolder = Path.GetDirectoryName(temporary.Url["unix://".Length..]);

        await temporary.DisposeAsync();

        Assert.False(Directory.Exists(itsFolder));
        Assert.Equal(ProbeAnswer.Nothing, await AskAsync(temporary));
    }

    [Fact]
    public async Task Falls_back_to_a_port_where_the_socket_path_would_be_too_long()
    {
        string deep = Path.Combine(folder, new string('d', 100));

        await using LocalRedis found = await LocalRedis.FindOrStartAsync(deep, Nobody, TestContext.Current.CancellationToken);
        await using LocalRedis again = await LocalRedis.FindOrStartAsync(deep, Nobody, TestContext.Current.CancellationToken);

        Assert.StartsWith("redis://127.0.0.1:", found.Url, StringComparison.Ordinal);
        Assert.Equal(found.Url, again.Url);
    }

    [Fact]
    public void Says_how_to_get_a_redis_server_where_none_is_installed()
    {
        RunnelException error = Assert.Throws<RunnelException>(() => RedisProgram.Find(path: folder));

        Assert.Contains("--redis-url", error.Message, StringComparison.Ordinal);
        Assert.Contains("nstall", error.Message, StringComparison.Ordinal);
    }

    private static Task<ProbeAnswer> AskAsync(LocalRedis local)
    {
        EndPoint endpoint = local.Url.StartsWith("unix://", StringComparison.Ordinal)
            ? new UnixDomainSocketEndPoint(local.Url["unix://".Length..])
            : new IPEndPoint(IPAddress.Loopback, new Uri(local.Url).Port);
        return RedisProbe.AskAsync(endpoint, TestContext.Current.CancellationToken);
    }

    private static async Task<T> WithDatabaseAsync<T>(LocalRedis local, Func<IDatabase, Task<T>> use)
    {
        ConfigurationOptions options = new() { EndPoints = { new UnixDomainSocketEndPoint(local.Url["unix://".Length..]) } };
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(options);
        return await use(connection.GetDatabase());
    }
}
