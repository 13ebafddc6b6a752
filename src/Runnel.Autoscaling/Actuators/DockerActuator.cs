using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Runnel.Autoscaling;

/// <summary>Containers of one image on a Docker Engine, found again by a label. A container that is too many gets SIGTERM, drains, ends, and
/// is removed by the engine.</summary>
/// <remarks>Source: Docker Engine API v1.41: ContainerList, ContainerCreate, ContainerStart, ContainerKill,
/// ContainerRename, ContainerDelete.</remarks>
public sealed class DockerActuator : IWorkerActuator, IDisposable
{
    /// <summary>The label that marks our containers; its value is <see cref="DockerWorkers.Queue"/>.</summary>
    public const string Label = "runnel.autoscaler";

    private const string Api = "/v1.41";
    private readonly HttpClient http;
    private readonly HttpCalls calls;
    private readonly DockerWorkers options;
    private const string LeavingName = "runnel-leaving-";
    private readonly HashSet<string> leaving = []; // also by their names, for whoever leads after us

    /// <param name="http">Has the engine's address. Disposed with this.</param>
    /// <param name="options">What its containers run.</param>
    public DockerActuator(HttpClient http, DockerWorkers options)
    {
        this.http = http;
        this.options = options;
        calls = new HttpCalls(http, "The Docker Engine API");
    }

    /// <inheritdoc/>
    public string Description => $"containers of {options.Image}";

    /// <summary>By a Unix socket (<c>unix:///var/run/docker.sock</c>) or HTTP.</summary>
    /// <exception cref="RunnelException">The address is neither.</exception>
    public static DockerActuator Connect(Uri engine, DockerWorkers options) => engine.Scheme switch
    {
        "unix" => new DockerActuator(new HttpClient(SocketHandler(engine.AbsolutePath)) { BaseAddress = new Uri("http://docker"), Timeout = TimeSpan.FromSeconds(30) }, options),
        "http" or "https" => new DockerActuator(new HttpClient { BaseAddress = engine, Timeout = TimeSpan.FromSeconds(30) }, options),
        "tcp" => Connect(new UriBuilder(engine) { Scheme = "http" }.Uri, options),
        _ => throw new RunnelException($"The Docker Engine's address is '{engine}'; give unix:///var/run/docker.sock, or one with tcp, http or https."),
    };

    /// <inheritdoc/>
    public async Task<int> GetCountAsync(CancellationToken cancellationToken) => (await ListAsync(cancellationToken)).Count;

    /// <inheritdoc/>
    public async Task ScaleToAsync(int workers, CancellationToken cancellationToken)
    {
        List<string> ids = await ListAsync(cancellationToken);
        for (int count = ids.Count; count < workers; count++)
            await StartAsync(cancellationToken);
        foreach (string id in ids.Take(ids.Count - workers)) // the engine lists the newest first
        {
            await calls.SendAsync(HttpMethod.Post, $"{Api}/containers/{id}/kill?signal=SIGTERM", null, cancellationToken);
            leaving.Add(id);
            await NameAsLeavingAsync(id, cancellationToken);
        }
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose() => http.Dispose();

    // After the signal: a death in between has it counted for as long as it drains, the other way round it would never be told to.
    private async Task NameAsLeavingAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await calls.SendAsync(HttpMethod.Post, $"{Api}/containers/{id}/rename?name={LeavingName}{id}", null, cancellationToken);
        }
        catch (ActuatorException)
        {
            // it has ended already, or goes on under its old name: we know that it leaves
        }
    }

    private async Task<List<string>> ListAsync(CancellationToken cancellationToken)
    {
        JsonObject filters = new()
        {
            ["label"] = new JsonArray($"{Label}={options.Queue}"),
            ["status"] = new JsonArray("created", "restarting", "running"),
        };
        JsonNode? found = await calls.SendAsync(
            HttpMethod.Get, $"{Api}/containers/json?all=true&filters={Uri.EscapeDataString(filters.ToJsonString())}", null, cancellationToken);
        List<string> all = [], staying = [];
        foreach (JsonNode container in (found as JsonArray ?? []).OfType<JsonNode>())
        {
            if (container["Id"]?.GetValue<string>() is not { } id)
                continue;
            all.Add(id);
            if (!leaving.Contains(id) && !IsNamedAsLeaving(container))
                staying.Add(id);
        }

        leaving.IntersectWith(all);
        return staying;
    }

    private static bool IsNamedAsLeaving(JsonNode container) =>
        (container["Names"] as JsonArray ?? []).Any(name => name?.GetValue<string>().StartsWith('/' + LeavingName, StringComparison.Ordinal) == true);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        JsonObject host = new() { ["AutoRemove"] = true };
        if (options.Network is { } network)
            host["NetworkMode"] = network;
        JsonNode? created = await calls.SendAsync(
            HttpMethod.Post,
            $"{Api}/containers/create",
            new JsonObject
            {
                ["Image"] = options.Image,
                ["Cmd"] = new JsonArray([.. options.Arguments.Select(argument => (JsonNode?)argument)]),
                ["Env"] = new JsonArray([.. options.Environment.Select(variable => (JsonNode?)$"{variable.Key}={variable.Value}")]),
                ["Labels"] = new JsonObject { [Label] = options.Queue },
                ["StopTimeout"] = (int)options.StopTimeout.TotalSeconds,
                ["HostConfig"] = host,
            },
            cancellationToken);
        string id = created?["Id"]?.GetValue<string>() ?? throw new ActuatorException("The Docker Engine API created a container and does not tell its id.");
        try
        {
            await calls.SendAsync(HttpMethod.Post, $"{Api}/containers/{id}/start", null, cancellationToken);
        }
        catch (ActuatorException)
        {
            await calls.SendAsync(HttpMethod.Delete, $"{Api}/containers/{id}", null, CancellationToken.None); // else it would count as a worker for ever
            throw;
        }
    }

    private static SocketsHttpHandler SocketHandler(string path) => new()
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
