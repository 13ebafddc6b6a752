using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Runnel.Autoscaling.Tests;

public sealed class MetricEndpointTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serves_the_last_decision_and_503_before_the_first()
    {
        int port = FreePort();
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await using MetricEndpoint endpoint = new(port);

        HttpStatusCode before = (await http.GetAsync("/workers", Cancelled)).StatusCode;
        ScalingState state = new() { At = DateTimeOffset.UnixEpoch, Workers = 2, SlotsPerWorker = 1, Waiting = 900, BusySlots = 2, ServiceTime = TimeSpan.FromSeconds(1) };
        endpoint.Show(state, ScalingPolicy.Decide(state, ScalingMemory.Empty, new ScalingOptions()));
        JsonNode after = JsonNode.Parse(await http.GetStringAsync("/workers", Cancelled))!;
        HttpStatusCode other = (await http.GetAsync("/", Cancelled)).StatusCode;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound), (before, other));
        Assert.Equal((10, "backlog", 900), (after["workers"]!.GetValue<int>(), after["reason"]!.GetValue<string>(), after["waiting"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Says_so_where_the_port_is_taken()
    {
        int port = FreePort();
        await using MetricEndpoint first = new(port);

        RunnelException error = Assert.Throws<RunnelException>(() => new MetricEndpoint(port));

        Assert.Contains($"Port {port}", error.Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
