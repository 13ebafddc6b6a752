using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Runnel.Autoscaling;

/// <summary>Serves the last decision over HTTP as one JSON document, for KEDA's metrics-api trigger and the like: GET /workers, on all addresses.</summary>
public sealed class MetricEndpoint : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task loop;
    private volatile string? document;

    /// <summary>Starts to listen.</summary>
    /// <param name="port">1 to 65,535.</param>
    /// <exception cref="RunnelException">The port is taken, or may not be used.</exception>
    public MetricEndpoint(int port)
    {
        listener.Prefixes.Add($"http://*:{port}/");
        try
        {
            listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new RunnelException($"Port {port} cannot be listened on: {e.Message}. Give another.", e);
        }

        loop = ServeAsync();
    }

    /// <summary>Takes a decision, which is served from now on.</summary>
    public void Show(ScalingState state, ScalingDecision decision) => document = new JsonObject
    {
        ["workers"] = decision.To,
        ["reason"] = DecisionFields.Word(decision.Reason),
        ["waiting"] = state.Waiting,
        ["oldest_waiting_seconds"] = state.OldestWaiting.TotalSeconds,
        ["utilization"] = state.Utilization,
        ["at_ms"] = state.At.ToUnixTimeMilliseconds(),
    }.ToJsonString();

    /// <summary>Stops to listen.</summary>
    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await loop;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                HttpListenerContext context = await listener.GetContextAsync();
                await AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!listener.IsListening)
                    return;
            }
        }
    }

    /// <summary>503 before the first decision: KEDA then keeps what there is.</summary>
    private async Task AnswerAsync(HttpListenerContext context)
    {
        string? known = context.Request.Url?.AbsolutePath == "/workers" ? document : null;
        context.Response.StatusCode = known is not null ? 200 : context.Request.Url?.AbsolutePath == "/workers" ? 503 : 404;
        context.Response.ContentType = "application/json";
        byte[] body = Encoding.UTF8.GetBytes(known ?? """{"message":"nothing to show; GET /workers after the first decision"}""");
        context.Response.ContentLength64 = body.Length;
        await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }
}
