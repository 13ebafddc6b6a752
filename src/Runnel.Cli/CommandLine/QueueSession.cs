using System.CommandLine;
using Runnel.Supervision;

namespace Runnel.Cli.CommandLine;

/// <summary>A connection to the queue that a command works on, and the private Redis behind it where nobody named one.</summary>
internal sealed class QueueSession : IAsyncDisposable
{
    private readonly LocalRedis? privateRedis;

    private QueueSession(Settings settings, string redisUrl, RunnelClient client, LocalRedis? local)
    {
        Settings = settings;
        RedisUrl = redisUrl;
        Client = client;
        privateRedis = local;
    }

    public Settings Settings { get; }

    public string RedisUrl { get; }

    public RunnelClient Client { get; }

    public static async Task<QueueSession> OpenAsync(Settings settings, CancellationToken cancellationToken)
    {
        LocalRedis? local = settings.RedisUrl is null
            ? await LocalRedis.FindOrStartAsync(DataFolder.Resolve(settings.DataDirectory), cancellationToken)
            : null;
        if (local is { Notice.Length: > 0 })
            Console.Error.WriteLine(local.Notice);
        return await OpenAsync(settings, settings.RedisUrl ?? local!.Url, local, cancellationToken);
    }

    /// <summary>Opens one on a given Redis, which the session stops at its end if it is a private one.</summary>
    public static async Task<QueueSession> OpenAsync(Settings settings, string redisUrl, LocalRedis? local, CancellationToken cancellationToken)
    {
        try
        {
            RunnelOptions options = new() { RedisUrl = redisUrl, Queue = settings.Stream, Group = settings.Group };
            RunnelClient client = await RunnelClient.ConnectAsync(options, cancellationToken);
            return new QueueSession(settings, redisUrl, client, local);
        }
        catch
        {
            if (local is not null)
                await local.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command's body on a session; Ctrl-C and SIGTERM cancel its token.</summary>
    public static async Task<int> UseAsync(ParseResult parsed, CommonOptions common, Func<QueueSession, CancellationToken, Task<int>> body)
    {
        using StopSignals signals = new();
        await using QueueSession session = await OpenAsync(Settings.Read(parsed, common), signals.Stop);
        return await body(session, signals.Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        if (privateRedis is not null)
            await privateRedis.DisposeAsync();
    }
}
