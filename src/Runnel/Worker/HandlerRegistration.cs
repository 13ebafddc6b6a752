namespace Runnel.Worker;

/// <summary>A handler that was added before the options, and so the registry, exist.</summary>
internal sealed record HandlerRegistration(Action<HandlerRegistry> Apply);
