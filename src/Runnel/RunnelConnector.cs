using Microsoft.Extensions.Options;
using Runnel.Redis;

namespace Runnel;

/// <summary>The one connection of a host, opened on first use and shared by its client and worker.</summary>
internal sealed class RunnelConnector(IOptions<RunnelOptions> options) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private RedisConnection? connection;

    public RunnelOptions Options => options.Value;

    public QueueKeys Keys => field ??= new QueueKeys(Options.Queue, Options.Group);

    /// <exception cref="RedisUnavailableException">Redis does not answer or refuses the login; the next call tries again.</exception>
    public async ValueTask<RedisConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (connection is not null)
            return connection;
        await gate.WaitAsync(cancellationToken);
        try
        {
            return connection ??= await RedisConnection.ConnectAsync(Options.RedisUrl, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        gate.Dispose();
    }
}
