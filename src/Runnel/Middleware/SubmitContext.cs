namespace Runnel;

/// <summary>A submission on its way through the middleware; what is set here is what the next one, and in the end Redis, gets.</summary>
public sealed class SubmitContext
{
    internal SubmitContext(string type, ReadOnlyMemory<byte> payload, SubmitOptions options) => (Type, Payload, Options) = (type, payload, options);

    /// <summary>The task type.</summary>
    public string Type { get; }

    /// <summary>The payload as UTF-8 JSON, before it is compressed.</summary>
    public ReadOnlyMemory<byte> Payload { get; set; }

    /// <summary>Priority, retries, group and the rest; checked after the last middleware.</summary>
    public SubmitOptions Options { get; set; }
}
