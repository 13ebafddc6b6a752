namespace Runnel;

/// <summary>A task that is still to be submitted: a step of a chain, or what is to run when a batch has ended.</summary>
/// <param name="Type">Names the handler; 1 to 200 characters without blanks.</param>
/// <param name="Payload">Written as JSON with <see cref="RunnelOptions.Json"/>.</param>
/// <param name="Options">As for any submission; null for the defaults. Waiting for the step before, or for the batch, is added to
/// <see cref="SubmitOptions.After"/>.</param>
public sealed record TaskDraft(string Type, object? Payload, SubmitOptions? Options = null);
