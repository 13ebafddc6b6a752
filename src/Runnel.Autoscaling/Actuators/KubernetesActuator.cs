using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Runnel.Autoscaling;

/// <summary>The scale subresource of a Kubernetes Deployment. Draining is the pods' own, on SIGTERM: their terminationGracePeriodSeconds must
/// exceed the drain timeout.</summary>
/// <remarks>Source: Kubernetes API reference, apps/v1 Deployment: read and replace scale. A change carries the resourceVersion that was read, so that
/// it is refused (409) where somebody else changed the number since.</remarks>
public sealed class KubernetesActuator : IWorkerActuator, IDisposable
{
    private const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";
    private readonly HttpClient http;
    private readonly HttpCalls calls;
    private readonly string path;
    private readonly string name;

    /// <param name="http">Has the API server's address and whatever it wants as authorization. Disposed with this.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="deployment">The Deployment's name.</param>
    public KubernetesActuator(HttpClient http, string space, string deployment)
    {
        this.http = http;
        calls = new HttpCalls(http, "The Kubernetes API");
        name = $"{space}/{deployment}";
        path = $"/apis/apps/v1/namespaces/{Uri.EscapeDataString(space)}/deployments/{Uri.EscapeDataString(deployment)}/scale";
    }

    /// <inheritdoc/>
    public string Description => $"the Deployment {name}";

    /// <summary>With a pod's service account, or an address that needs no login, such as that of <c>kubectl proxy</c>.</summary>
    /// <param name="url">The API server; null for that of the cluster in which this process runs.</param>
    /// <param name="space">The namespace; null for this pod's own, or "default" outside of a cluster.</param>
    /// <param name="deployment">The Deployment's name.</param>
    /// <exception cref="RunnelException">There is no address, and this is no pod with a service account.</exception>
    public static KubernetesActuator Connect(Uri? url, string? space, string deployment)
    {
        if (url is not null)
            return new KubernetesActuator(new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(15) }, space ?? "default", deployment);
        if (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host || !File.Exists($"{ServiceAccount}/token"))
            throw new RunnelException("This process is in no pod with a service account; give the API server by --kubernetes-url, for instance that of: kubectl proxy");
        string port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } said ? said : "443";
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile($"{ServiceAccount}/ca.crt");
        SocketsHttpHandler handler = new() { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        string address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        HttpClient http = new(new TokenHandler(handler)) { BaseAddress = new Uri($"https://{address}:{port}"), Timeout = TimeSpan.FromSeconds(15) };
        return new KubernetesActuator(http, space ?? File.ReadAllText($"{ServiceAccount}/namespace").Trim(), deployment);
    }

    /// <inheritdoc/>
    public async Task<int> GetCountAsync(CancellationToken cancellationToken) => Replicas(await ReadAsync(cancellationToken));

    /// <inheritdoc/>
    public async Task ScaleToAsync(int workers, CancellationToken cancellationToken)
    {
        JsonNode scale = await ReadAsync(cancellationToken);
        if (Replicas(scale) == workers)
            return;
        scale["spec"] = new JsonObject { ["replicas"] = workers };
        await calls.SendAsync(HttpMethod.Put, path, scale, cancellationToken);
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose() => http.Dispose();

    private async Task<JsonNode> ReadAsync(CancellationToken cancellationToken) =>
        await calls.SendAsync(HttpMethod.Get, path, null, cancellationToken) as JsonObject
        ?? throw new ActuatorException($"The Kubernetes API at {http.BaseAddress} answers GET {path} with no object; check the address.");

    private static int Replicas(JsonNode scale) => scale["spec"]?["replicas"]?.GetValue<int>() ?? 0; // zero is left out

    /// <summary>Reads the token anew for each call: the cluster renews the file.</summary>
    private sealed class TokenHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string token = await File.ReadAllTextAsync($"{ServiceAccount}/token", cancellationToken);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
