using StackExchange.Redis;
using Xunit;

namespace Runnel.TestKit;

/// <summary>One redis-server for a whole test assembly: <c>[assembly: AssemblyFixture(typeof(RedisFixture))]</c>.</summary>
/// <remarks>Tests share it side by side: take a fresh queue name (<see cref="NewQueue"/>) and never FLUSHALL, kill or restart it.
/// A test that does such things starts its own with <see cref="StartPrivateAsync"/>. Fails, never skips, without redis-server.</remarks>
public sealed class RedisFixture : IAsyncLifetime
{
    private RedisServer? server;

    /// <summary>The shared server.</summary>
    public RedisServer Server => server ?? throw new InvalidOperationException(
        "RedisFixture was not started; add [assembly: AssemblyFixture(typeof(RedisFixture))] to the test project.");

    /// <summary>Address as a URL, <c>redis://127.0.0.1:PORT</c>.</summary>
    public string Url => Server.Url;

    /// <summary>Address in the words of StackExchange.Redis.</summary>
    public string ConnectionString => Server.ConnectionString;

    /// <summary>A multiplexed connection for all tests of the assembly.</summary>
    public IConnectionMultiplexer Connection => Server.Connection;

    /// <summary>Database 0 on <see cref="Connection"/>.</summary>
    public IDatabase Database => Server.Database;

    /// <summary>A queue name that no other test has.</summary>
    public string NewQueue() => $"test:{Guid.NewGuid():N}";

    /// <summary>Starts a second server that its test alone owns and disposes: to be killed, restarted, filled up or locked.</summary>
    /// <inheritdoc cref="RedisServer.StartAsync"/>
    public Task<RedisServer> StartPrivateAsync(string? password = null, params string[] arguments) => RedisServer.StartAsync(password, arguments);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => server = await RedisServer.StartAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
