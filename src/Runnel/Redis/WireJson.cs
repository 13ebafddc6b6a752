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

/// <summary>How a completed task is kept in its result key; what is as by default is left out.</summary>
internal sealed record WireResult(
    string Type,
    string Worker,
    long SubmittedMs,
    long StartedMs,
    long FinishedMs,
    JsonElement Result,
    int Priority = (int)TaskPriority.Normal,
    int Attempt = 1,
    int Retries = 3);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WireError))]
[JsonSerializable(typeof(WireResult))]
internal sealed partial class WireJson : JsonSerializerContext;
