using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Runnel.TestKit;

/// <summary>A redis-server process of the test's own: free loopback port, no persistence, a temporary folder.</summary>
/// <remarks>Not safe for calls from several threads at once; its <see cref="Connection"/> is.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-redis-").FullName;
    private readonly string program;
    private readonly string[] extraArguments;
    private Process? process;
    private Task? outputDrained;
    private ConnectionMultiplexer? connection;

    private RedisServer(string program, string? password, string[] extraArguments)
    {
        this.program = program;
        Password = password;
        this.extraArguments = extraArguments;
    }

    /// <summary>The loopback port it listens on; the same after <see cref="RestartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <summary>What clients have to authenticate with; null: nothing.</summary>
    public string? Password { get; }

    /// <summary>The id of the running redis-server process.</summary>
    public int ProcessId => process?.Id ?? throw new InvalidOperationException("This redis-server is not running.");

    /// <summary>Address as a URL: <c>redis://127.0.0.1:PORT</c>, with the password where there is one.</summary>
    public string Url => Password is null ? $"redis://127.0.0.1:{Port}" : $"redis://:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}";

    /// <summary>Address in the words of StackExchange.Redis; allows admin commands such as FLUSHALL.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},allowAdmin=true,abortConnect=false,protocol=resp2" + (Password is null ? "" : $",password={Password}");

    /// <summary>A multiplexed connection, opened with the server; it reconnects by itself after a restart.</summary>
    public IConnectionMultiplexer Connection => connection ?? throw new InvalidOperationException("This redis-server was not started.");

    /// <summary>Database 0 on <see cref="Connection"/>.</summary>
    public IDatabase Database => Connection.GetDatabase();

    /// <summary>Starts a server and returns when it answers.</summary>
    /// <param name="password">Sets <c>requirepass</c>; null for none.</param>
    /// <param name="arguments">More redis-server arguments, such as <c>--maxmemory 5mb</c> as two strings.</param>
    /// <exception cref="InvalidOperationException">There is no redis-server program, or it would not start; says what to do.</exception>
    public static Task<RedisServer> StartAsync(string? password = null, params string[] arguments) => StartAsync(RedisProgram.Find(), password, arguments);

    /// <summary>Starts Valkey, for what Redis 7.0 lacks; null where there is no valkey-server on the PATH.</summary>
    /// <param name="arguments">More arguments, as for <see cref="StartAsync(string?, string[])"/>.</param>
    public static async Task<RedisServer?> TryStartValkeyAsync(params string[] arguments) =>
        RedisProgram.FindValkey() is { } valkey ? await StartAsync(valkey, null, arguments) : null;

    private static async Task<RedisServer> StartAsync(string program, string? password, string[] arguments)
    {
        RedisServer server = new(program, password, arguments);
        try
        {
            await server.LaunchOnFreePortAsync();
            ConfigurationOptions options = ConfigurationOptions.Parse(server.ConnectionString);
            options.ReconnectRetryPolicy = new LinearRetry(50); // tests restart servers and wait for it
            options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
            server.connection = await ConnectionMultiplexer.ConnectAsync(options);
            await server.Database.PingAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process as SIGKILL does: without a word to its clients, and with its data gone.</summary>
    public async Task KillAsync()
    {
        if (process is null)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        await (outputDrained ?? Task.CompletedTask);
        process.Dispose();
        process = null;
    }

    /// <summary>Starts it again, empty, on the same port, and returns when <see cref="Connection"/> works again.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        if (await LaunchAsync() is { } reason)
            throw new InvalidOperationException($"redis-server did not come back on port {Port}: {reason}");
        await Eventually.TrueAsync(AnswersAsync, StartDeadline, "the connection is back after a restart of redis-server");
    }

    /// <summary>Kills the process and removes its folder. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        await KillAsync();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await Database.PingAsync();
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private async Task LaunchOnFreePortAsync()
    {
        string? reason = null;
        for (int attempt = 0; attempt < 5; attempt++) // somebody may take a free port between our look and the start
        {
            Port = FindFreePort();
            reason = await LaunchAsync();
            if (reason is null)
                return;
        }

        throw new InvalidOperationException($"redis-server would not start for the tests; its last words: {reason}");
    }

    /// <returns>Null when it serves, else what it said before it ended.</returns>
    private async Task<string?> LaunchAsync()
    {
        string[] arguments = ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
            .. Password is null ? Array.Empty<string>() : ["--requirepass", Password], .. extraArguments];
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true
        };
        Process started = Process.Start(start) ?? throw new InvalidOperationException($"Could not start {start.FileName}.");
        started.StandardInput.Close();
        using CancellationTokenSource deadline = new(StartDeadline);
        List<string> said = [];
        while (await started.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            said.Add(line);
            if (!line.Contains("Ready to accept connections", StringComparison.Ordinal))
                continue;
            process = started;
            outputDrained = started.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return null;
        }

        await started.WaitForExitAsync(deadline.Token);
        started.Dispose();
        return string.Join('\n', said.TakeLast(5));
    }

    private static int FindFreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
