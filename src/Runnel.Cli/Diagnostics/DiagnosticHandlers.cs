using System.Diagnostics;
using System.Text.Json;

namespace Runnel.Cli.Diagnostics;

/// <summary>Task types that do nothing of use, to exercise a deployment from outside; only with <c>worker --diagnostics</c>.</summary>
internal static class DiagnosticHandlers
{
    private const int LongestMs = 24 * 3600 * 1000;
    private const int LongMs = 1000;
    private static readonly List<byte[]> Leaked = [];

    public static RunnelBuilder AddDiagnosticHandlers(this RunnelBuilder builder, TimeProvider time) => builder
        .AddTaskHandler("diag.noop", (_, _) => Task.FromResult<object?>(null))
        .AddTaskHandler("diag.echo", (context, _) => Task.FromResult<object?>(Parse(context).RootElement))
        .AddTaskHandler("diag.sleep", async (context, cancellationToken) =>
        {
            int ms = Milliseconds(context);
            if (ms >= LongMs) // to be seen at work from outside; short ones stay as lean as other tasks
                await context.ReportProgressAsync(0, "sleeping", cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(ms), time, cancellationToken);
            return new Dictionary<string, int> { ["slept_ms"] = ms };
        })
        .AddTaskHandler("diag.burn", (context, cancellationToken) => Task.FromResult<object?>(Burn(Milliseconds(context), time, cancellationToken)))
        .AddTaskHandler("diag.leak", (context, _) => Task.FromResult<object?>(Leak(context)))
        .AddTaskHandler("diag.crash", async (context, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Milliseconds(context)), time, cancellationToken);
            Process.GetCurrentProcess().Kill(); // at once, as a fault in native code would
            return null;
        })
        .AddTaskHandler<DiagnosticBatch>("diag.batch")
        .AddTaskHandler("diag.fail", (context, _) => throw new DiagnosticFailureException(Text(context)));

    private static Dictionary<string, long> Burn(int ms, TimeProvider time, CancellationToken cancellationToken)
    {
        long startedAt = time.GetTimestamp();
        long rounds = 0;
        while (time.GetElapsedTime(startedAt).TotalMilliseconds < ms)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Thread.SpinWait(1000);
            rounds++;
        }

        return new Dictionary<string, long> { ["burned_ms"] = ms, ["rounds"] = rounds };
    }

    /// <summary>Keeps memory that is never given back, as a handler with a leak does.</summary>
    private static Dictionary<string, int> Leak(TaskContext context)
    {
        const string Remedy = "give whole MiB from 1 to 1024, for instance {\"mib\": 64}.";
        JsonElement value = Field(context, "mib", Remedy);
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int mib) || mib is < 1 or > 1024)
            throw new PayloadException("mib", $"mib is {value.GetRawText()}; {Remedy}");
        for (int i = 0; i < mib; i++)
        {
            byte[] page = GC.AllocateUninitializedArray<byte>(1 << 20);
            Array.Fill(page, (byte)1); // memory that nobody wrote to is not there yet
            lock (Leaked)
                Leaked.Add(page);
        }

        return new Dictionary<string, int> { ["leaked_mib"] = mib };
    }

    private static int Milliseconds(TaskContext context)
    {
        const string Remedy = "give whole milliseconds from 0 to 86400000, for instance {\"ms\": 100}.";
        JsonElement value = Field(context, "ms", Remedy);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int ms) && ms is >= 0 and <= LongestMs
            ? ms
            : throw new PayloadException("ms", $"ms is {value.GetRawText()}; {Remedy}");
    }

    private static string Text(TaskContext context)
    {
        const string Remedy = "give a text, for instance {\"message\": \"as ordered\"}.";
        JsonElement value = Field(context, "message", Remedy);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new PayloadException("message", $"message is {value.GetRawText()}; {Remedy}");
    }

    /// <summary>The one field that a payload must have; any other is refused, since it is a typing error.</summary>
    private static JsonElement Field(TaskContext context, string name, string remedy)
    {
        JsonElement payload = Parse(context).RootElement;
        if (payload.ValueKind != JsonValueKind.Object)
            throw new PayloadException("payload", $"The payload of {context.Type} is {payload.GetRawText()}; {remedy}");
        foreach (JsonProperty property in payload.EnumerateObject())
        {
            if (property.Name != name)
                throw new PayloadException(property.Name, $"{property.Name} is no field of {context.Type}; {remedy}");
        }

        return payload.TryGetProperty(name, out JsonElement value) ? value : throw new PayloadException(name, $"{name} is missing; {remedy}");
    }

    private static JsonDocument Parse(TaskContext context)
    {
        try
        {
            return JsonDocument.Parse(context.PayloadJson);
        }
        catch (JsonException e)
        {
            throw new PayloadException("payload", $"The payload is not JSON: {e.Message} Give one JSON value.", e);
        }
    }
}
