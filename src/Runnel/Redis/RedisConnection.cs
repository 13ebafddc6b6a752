using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>The connections of one process to one Redis: a shared multiplexed one, and more on demand for blocking reads.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConfigurationOptions options;

    private RedisConnection(ConfigurationOptions options, IConnectionMultiplexer multiplexer)
    {
        this.options = options;
        Multiplexer = multiplexer;
        Database = multiplexer.GetDatabase();
    }

    public IConnectionMultiplexer Multiplexer { get; }

    public IDatabase Database { get; }

    public string Address => RedisAddress.Describe(options);

    /// <exception cref="RedisUnavailableException">Nothing answers there, or it refuses the login.</exception>
    public static async Task<RedisConnection> ConnectAsync(string url, CancellationToken cancellationToken)
    {
        ConfigurationOptions parsed = RedisAddress.Parse(url);
        parsed.ClientName = "runnel";
        parsed.AllowAdmin = true; // for CLIENT UNBLOCK and INFO; the login decides what we may
        parsed.AbortOnConnectFail = true;
        parsed.ConnectTimeout = 5000;
        parsed.AsyncTimeout = 5000;
        parsed.SyncTimeout = 5000;
        parsed.Protocol = RedisProtocol.Resp2; // replies of plain commands keep one shape
        return new RedisConnection(parsed, await OpenAsync(parsed, cancellationToken));
    }

    /// <summary>Opens a connection of its own for commands that block: the shared one must never wait behind them.</summary>
    /// <param name="longestBlock">Longest time that one command may block on the server.</param>
    /// <param name="cancellationToken">Stops the wait for the connection.</param>
    public Task<IConnectionMultiplexer> OpenBlockingAsync(TimeSpan longestBlock, CancellationToken cancellationToken)
    {
        ConfigurationOptions blocking = options.Clone();
        blocking.ClientName = "runnel-blocking";
        blocking.AsyncTimeout = (int)(longestBlock + TimeSpan.FromSeconds(5)).TotalMilliseconds;
        return OpenAsync(blocking, cancellationToken);
    }

    /// <summary>Calls Redis for somebody who wants an answer now.</summary>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(Database).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is RedisConnectionException or TimeoutException)
        {
            throw new RedisUnavailableException($"Redis at {Address} does not answer; check that it runs and is reachable.", e);
        }
    }

    /// <summary>Closes a connection without waiting for the command that blocks on it.</summary>
    public static async Task AbandonAsync(IConnectionMultiplexer blocking)
    {
        await blocking.CloseAsync(allowCommandsToComplete: false);
        await blocking.DisposeAsync();
    }

    public ValueTask DisposeAsync() => Multiplexer.DisposeAsync();

    private static async Task<IConnectionMultiplexer> OpenAsync(ConfigurationOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
        }
        catch (RedisConnectionException e)
        {
            throw Explain(options, e);
        }
    }

    private static RedisUnavailableException Explain(ConfigurationOptions options, RedisConnectionException cause)
    {
        string address = RedisAddress.Describe(options);
        string detail = string.Join(" ", Causes(cause).Select(e => e.Message));
        bool refused = cause.FailureType == ConnectionFailureType.AuthenticationFailure
            || detail.Contains("WRONGPASS", StringComparison.Ordinal)
            || detail.Contains("NOAUTH", StringComparison.Ordinal);
        return refused
            ? new RedisUnavailableException($"Redis at {address} refuses the login; check user and password in the address "
                + "(--redis-url, REDIS_URL or Runnel:RedisUrl): redis://user:password@host:port.", cause)
            : new RedisUnavailableException($"No Redis answers at {address}; start one there (redis-server), or give another address by "
                + "--redis-url, REDIS_URL or Runnel:RedisUrl.", cause);
    }

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }
}
