using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary>A supervisor as a unit of Type=notify, with the socket that systemd would give it.</summary>
public sealed class SystemdTests(RedisFixture redis)
{
    [Fact]
    public async Task Says_that_it_is_ready_alive_and_stopping()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is there on Linux only.");
        string folder = Directory.CreateTempSubdirectory("runnel-notify-").FullName;
        string path = Path.Combine(folder, "notify");
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Dictionary<string, string> unit = new() { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "3000000" };

        await using RunningTool worker = RunningTool.Start(["worker", "--redis-url", redis.Url, "--stream", redis.NewQueue(), "--workers", "2"], unit);
        List<string> said = await UntilAsync(socket, "READY=1");
        bool readyBeforeWorkers = worker.Children.Length < 2;
        said.AddRange(await UntilAsync(socket, "WATCHDOG=1"));
        worker.Signal(PosixSignal.SIGTERM);
        said.AddRange(await UntilAsync(socket, "STOPPING=1"));

        Assert.Equal(0, await worker.ExitAsync());
        Assert.False(readyBeforeWorkers);
        Assert.Single(said, "READY=1");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<List<string>> UntilAsync(Socket socket, string wanted)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        byte[] buffer = new byte[4096];
        List<string> said = [];
        do
            said.Add(Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, deadline.Token)));
        while (said[^1] != wanted);
        return said;
    }
}
