using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Runnel.Supervision;

/// <summary>One redis-server per folder, shared by all processes that name the folder.</summary>
/// <remarks>In the folder: <c>lock</c>, held while somebody joins or leaves; <c>users/</c>, a file per user, locked by the system as long
/// as that process lives, so a killed user does not count; <c>redis.sock</c>, or <c>redis.port</c> where sockets do not go.</remarks>
internal sealed class PrivateRedis
{
    private const int LongestSocketPath = 100; // sun_path holds 104 bytes on macOS, 108 on Linux
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(10);

    private readonly EndPoint endpoint;
    private FileStream? membership;

    private PrivateRedis(string folder, EndPoint endpoint, FileStream membership)
    {
        Folder = folder;
        this.endpoint = endpoint;
        this.membership = membership;
    }

    public string Folder { get; }

    public string Url => endpoint is IPEndPoint ip ? $"redis://127.0.0.1:{ip.Port}" : $"unix://{endpoint}";

    public static async Task<(PrivateRedis Redis, bool Started)> JoinAsync(string folder, bool keepData, CancellationToken cancellationToken)
    {
        using FileStream @lock = await LockAsync(folder, cancellationToken);
        EndPoint address = EndpointOf(folder);
        bool running = await RedisProbe.AskAsync(address, cancellationToken) != ProbeAnswer.Nothing;
        if (!running)
            address = Launch(folder, keepData);
        await WaitUntilReadyAsync(folder, address, cancellationToken);
        return (new PrivateRedis(folder, address, Register(folder)), !running);
    }

    public async Task LeaveAsync()
    {
        if (membership is null)
            return;
        using FileStream @lock = await LockAsync(Folder, CancellationToken.None);
        await membership.DisposeAsync();
        membership = null;
        if (OthersAreUsing(Folder))
            return;
        await StopAsync();
    }

    private async Task StopAsync()
    {
        string refusal = await RedisProbe.ShutdownAsync(endpoint);
        if (refusal.Length > 0)
            throw new RunnelException($"The private Redis in {Folder} does not stop: {refusal.Trim()} Look into its redis.log.");
        using PeriodicTimer timer = new(Interval, TimeProvider.System);
        for (int asked = 0; asked < 1000; asked++) // it closes its listening socket last
        {
            if (await RedisProbe.AskAsync(endpoint, CancellationToken.None) == ProbeAnswer.Nothing)
                return;
            await timer.WaitForNextTickAsync();
        }

        throw new RunnelException($"The private Redis in {Folder} said that it would stop, and still answers. Look into its redis.log.");
    }

    private static EndPoint EndpointOf(string folder)
    {
        string socket = Path.Combine(folder, "redis.sock");
        if (!OperatingSystem.IsWindows() && socket.Length <= LongestSocketPath)
            return new UnixDomainSocketEndPoint(socket);
        string file = Path.Combine(folder, "redis.port");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), out int port)
            ? new IPEndPoint(IPAddress.Loopback, port)
            : new IPEndPoint(IPAddress.Loopback, 1); // nobody listens there
    }

    // It daemonizes itself, which takes it out of our process group: Ctrl-C must not stop it before the workers have drained.
    private static EndPoint Launch(string folder, bool keepData)
    {
        bool windows = OperatingSystem.IsWindows();
        string socket = Path.Combine(folder, "redis.sock");
        EndPoint address = !windows && socket.Length <= LongestSocketPath ? new UnixDomainSocketEndPoint(socket) : FreePort();
        ProcessStartInfo start = new(RedisProgram.Find())
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        if (OperatingSystem.IsWindows())
            start.CreateNewProcessGroup = true;
        string[] place = address is IPEndPoint ip
            ? ["--port", ip.Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1"]
            : ["--port", "0", "--unixsocket", socket, "--unixsocketperm", "700"];
        string[] arguments = [.. place, "--dir", folder, "--pidfile", Path.Combine(folder, "redis.pid"),
            "--logfile", Path.Combine(folder, "redis.log"), "--save", "",
            "--appendonly", keepData ? "yes" : "no", "--maxmemory-policy", "noeviction", "--daemonize", windows ? "no" : "yes"];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        if (address is IPEndPoint chosen)
            File.WriteAllText(Path.Combine(folder, "redis.port"), chosen.Port.ToString(CultureInfo.InvariantCulture));
        using Process? process = Process.Start(start);
        process?.StandardInput.Close();
        return address;
    }

    private static async Task WaitUntilReadyAsync(string folder, EndPoint address, CancellationToken cancellationToken)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(Interval, TimeProvider.System);
        while (true)
        {
            ProbeAnswer answer = await RedisProbe.AskAsync(address, cancellationToken);
            if (answer == ProbeAnswer.Ready)
                return;
            if (answer == ProbeAnswer.Loading) // its append-only file may be large; as long as it says so, it works on it
                startedAt = TimeProvider.System.GetTimestamp();
            else if (TimeProvider.System.GetElapsedTime(startedAt) > StartDeadline)
                throw new RunnelException($"The private Redis in {folder} does not start. Its last words: {LastWords(folder)} "
                    + "Mend that, or name another folder by RUNNEL_DATA_DIR, or another Redis by --redis-url.");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static string LastWords(string folder)
    {
        string log = Path.Combine(folder, "redis.log");
        return File.Exists(log) ? string.Join(" / ", File.ReadLines(log).TakeLast(3)) : "(none: it wrote no log)";
    }

    private static async Task<FileStream> LockAsync(string folder, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, TimeProvider.System);
        while (true)
        {
            if (TryOpen(Path.Combine(folder, "lock"), FileOptions.None) is { } file)
                return file;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static FileStream Register(string folder)
    {
        string users = Path.Combine(folder, "users");
        Directory.CreateDirectory(users);
        string file = Path.Combine(users, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        return new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    private static bool OthersAreUsing(string folder)
    {
        bool used = false;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(folder, "users")))
        {
            using FileStream? abandoned = TryOpen(file, FileOptions.DeleteOnClose);
            used |= abandoned is null;
        }

        return used;
    }

    private static FileStream? TryOpen(string file, FileOptions options)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, options);
        }
        catch (IOException)
        {
            return null; // its owner lives
        }
    }

    private static IPEndPoint FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
