using System.Net;
using System.Net.Sockets;

namespace Runnel.Supervision;

/// <summary>The Redis of somebody who named none: the machine's own at localhost:6379, else a private one that we start.</summary>
/// <remarks>A private Redis belongs to its folder: a second process finds the running one, and the last user to dispose stops it.
/// Its data stays (append-only file) for the next start. A user that is killed leaves it running for the next one to find.</remarks>
public sealed class LocalRedis : IAsyncDisposable
{
    private readonly PrivateRedis? owned;
    private readonly bool temporary;

    private LocalRedis(string url, string notice, PrivateRedis? owned = null, bool temporary = false)
    {
        Url = url;
        Notice = notice;
        this.owned = owned;
        this.temporary = temporary;
    }

    /// <summary>Its address, as <see cref="RunnelOptions.RedisUrl"/> takes it.</summary>
    public string Url { get; }

    /// <summary>One line for the user: which Redis this is and where its data is; empty for the machine's own.</summary>
    public string Notice { get; }

    /// <summary>Finds the Redis at localhost:6379, else finds or starts the private one of a data folder.</summary>
    /// <param name="dataFolder">The data folder, see <see cref="DataFolder.Resolve"/>; the private Redis keeps to its subfolder <c>redis</c>.</param>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    /// <exception cref="RunnelException">There is no redis-server program, or it does not start; says what to do.</exception>
    public static Task<LocalRedis> FindOrStartAsync(string dataFolder, CancellationToken cancellationToken) =>
        FindOrStartAsync(dataFolder, new IPEndPoint(IPAddress.Loopback, 6379), cancellationToken);

    internal static async Task<LocalRedis> FindOrStartAsync(string dataFolder, IPEndPoint usual, CancellationToken cancellationToken)
    {
        if (await RedisProbe.AskAsync(usual, cancellationToken) is not ProbeAnswer.Nothing)
            return new LocalRedis($"redis://localhost:{usual.Port}", "");
        string folder = DataFolder.Resolve(Path.Combine(dataFolder, "redis"));
        (PrivateRedis redis, bool started) = await PrivateRedis.JoinAsync(folder, keepData: true, cancellationToken);
        string verb = started ? "started" : "using";
        return new LocalRedis(redis.Url, $"No Redis at localhost:{usual.Port}: {verb} a private one, data in {folder}", redis);
    }

    /// <summary>Starts a private Redis in a new temporary folder; both are gone after <see cref="DisposeAsync"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    /// <exception cref="RunnelException">There is no redis-server program, or it does not start; says what to do.</exception>
    public static async Task<LocalRedis> StartTemporaryAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("runnel-").FullName;
        try
        {
            (PrivateRedis redis, _) = await PrivateRedis.JoinAsync(folder, keepData: false, cancellationToken);
            return new LocalRedis(redis.Url, "Started a private Redis for this run", redis, temporary: true);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Stops the private Redis if we are its last user. May be called twice.</summary>
    /// <exception cref="RunnelException">It refuses to stop; quotes it.</exception>
    public async ValueTask DisposeAsync()
    {
        if (owned is null)
            return;
        await owned.LeaveAsync();
        if (temporary && Directory.Exists(owned.Folder))
            Directory.Delete(owned.Folder, recursive: true);
    }
}
