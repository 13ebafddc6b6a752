using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Runnel.Autoscaling;

/// <summary>JSON calls to an API, whose failures become <see cref="ActuatorException"/>s that quote it.</summary>
internal sealed class HttpCalls(HttpClient http, string api)
{
    /// <returns>The reply's document; null where it has none.</returns>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new ActuatorException($"{api} answers {(int)response.StatusCode} to {method} {path}: {Message(text)}");
            return string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text);
        }
        catch (HttpRequestException e)
        {
            throw new ActuatorException($"{api} at {http.BaseAddress} cannot be reached: {e.Message}", e);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new ActuatorException($"{api} at {http.BaseAddress} answers {method} {path} with something that is no JSON; check the address.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ActuatorException($"{api} at {http.BaseAddress} does not answer within {http.Timeout.TotalSeconds:0} s.", e);
        }
    }

    /// <summary>Both APIs put it into the field "message".</summary>
    private static string Message(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["message"]?.GetValue<string>() ?? text;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return text;
        }
    }
}
