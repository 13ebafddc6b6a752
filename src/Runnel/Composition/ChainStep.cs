namespace Runnel;

/// <summary>One task of a chain.</summary>
/// <param name="Type">Names the handler; 1 to 200 characters without blanks.</param>
/// <param name="Payload">Written as JSON with <see cref="RunnelOptions.Json"/>.</param>
/// <param name="Options">As for any submission; null for the defaults. <see cref="SubmitOptions.After"/> is completed by the step before.</param>
public sealed record ChainStep(string Type, object? Payload, SubmitOptions? Options = null);
