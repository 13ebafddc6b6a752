using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runnel.Redis;

/// <summary>How one failed attempt is kept in a task's record.</summary>
internal sealed record WireError(int Attempt, string Type, string Message, string Stack, string Worker, long AtMs)
{
    public TaskError ToError() => new()
    {
        Attempt = Attempt,
        Type = Type,
        Message = Message,
        Stack = Stack,
        Worker = Worker,
        At = DateTimeOffset.FromUnixTimeMilliseconds(AtMs),
    };
}

/// <summary>How a completed task is kept in its result key.</summary>
internal sealed record WireResult(
    string Type, int Priority, int Attempt, int Retries, string Worker, long SubmittedMs, long StartedMs, long FinishedMs, JsonElement Result);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WireError))]
[JsonSerializable(typeof(WireResult))]
internal sealed partial class WireJson : JsonSerializerContext;
